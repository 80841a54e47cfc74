using System.Text;
using System.Text.Json;
using Cafe.Packs.Manifest;

namespace Cafe.Packs.Tests.Manifest;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a": -Infinity, "b": [Infinity,NaN]}""", """{"a": "-Infinity", "b": ["Infinity","NaN"]}""")]
    [InlineData("""{"a": "-Infinity \" NaN \\", "b": -1}""", """{"a": "-Infinity \" NaN \\", "b": -1}""")]
    public void Parse_BareWords_BecomeStringsOutsideOfStringsOnly(string json, string expected) =>
        Assert.Equal(expected, PythonJson.Parse(Encoding.UTF8.GetBytes(json)).GetRawText());

    [Theory]
    [InlineData("""{"a": Infinit}""")]
    [InlineData("""{"a": "x\""")]
    [InlineData("\"\\")]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"a": ["\ud800"]}""")]
    [InlineData("""{"\ud800": 1}""")]
    public void Parse_NoJson_Throws(string json) => Assert.ThrowsAny<JsonException>(() => PythonJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("1.5", true, 1.5)]
    [InlineData("-Infinity", true, double.NegativeInfinity)]
    [InlineData("\"1.5\"", false, 0)]
    [InlineData("true", false, 0)]
    public void TryGetNumber_AnyValue_NumbersAndWordsOnly(string json, bool found, double expected)
    {
        Assert.Equal(found, PythonJson.TryGetNumber(PythonJson.Parse(Encoding.UTF8.GetBytes(json)), out var number));
        Assert.Equal(expected, number);
    }
}
