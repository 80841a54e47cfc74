using Cafe.Training.Execution;
using TorchSharp;

namespace Cafe.Training.Tests.Execution;

public sealed class TrainingDeviceTests
{
    [Theory]
    [InlineData("tpu")]
    [InlineData("cpu:1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void Use_OfNoDevice_ListsThoseThatThereAre(string name) =>
        Assert.Contains("cuda:1", Assert.Throws<ArgumentException>(() => TrainingDevice.Use(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Use_OfAGpuThatLibtorchDoesNotSee_SaysWhatIsNeeded()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "This libtorch has a GPU.");
        Assert.Contains("LibtorchPackage", Assert.Throws<ArgumentException>(() => TrainingDevice.Use("cuda")).Message, StringComparison.Ordinal);
        Assert.Equal(DeviceType.CPU, torch.get_default_device().type);
    }
}
