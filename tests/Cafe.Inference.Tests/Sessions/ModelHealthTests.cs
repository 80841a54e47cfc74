using Cafe.Inference.Language;
using Cafe.Inference.Sessions;

namespace Cafe.Inference.Tests.Sessions;

public sealed class ModelHealthTests
{
    private static readonly Exception Lost = new InvalidOperationException("device\nlost");
    private readonly List<string> _told = [];
    private readonly ModelHealth _health;

    public ModelHealthTests() => _health = new ModelHealth(_told.Add);

    [Fact]
    public void Failed_FiveInARow_TellsOnceInOneLine()
    {
        Fail(Lost, times: 4);
        Assert.Empty(_told);

        Fail(Lost, times: 6);

        Assert.Equal(["the model failed 5 calls in a row: device lost"], _told);
    }

    [Fact]
    public void Served_BetweenFailures_StartsTheCountAnew()
    {
        Fail(Lost, times: 4);
        _health.Served();
        Fail(Lost, times: 4);
        Assert.Empty(_told);

        Fail(Lost, times: 1);

        Assert.Single(_told);
    }

    public static TheoryData<Exception> ThoseOfOneRequest =>
    [
        new OutOfMemoryException(),
        new DeviceMemoryException("full", Lost),
        new ModelOutputException("NaN"),
        new ArgumentOutOfRangeException("id"),
        new OperationCanceledException(),
    ];

    [Theory]
    [MemberData(nameof(ThoseOfOneRequest), DisableDiscoveryEnumeration = true)]
    public void Failed_ForAReasonOfTheRequest_NeitherCountsNorStartsTheCountAnew(Exception failure)
    {
        Fail(Lost, times: 4);
        Fail(failure, times: 9);
        Assert.Empty(_told);

        Fail(Lost, times: 1);

        Assert.Single(_told);
    }

    private void Fail(Exception failure, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _health.Failed(failure);
        }
    }
}
