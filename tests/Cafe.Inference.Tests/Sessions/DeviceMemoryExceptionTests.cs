using Cafe.Inference.Sessions;

namespace Cafe.Inference.Tests.Sessions;

public sealed class DeviceMemoryExceptionTests
{
    [Fact]
    public void Matches_HostOutOfMemory_IsTrue() => Assert.True(DeviceMemoryException.Matches(new OutOfMemoryException()));

    [Fact]
    public void Matches_AnotherError_IsFalse() => Assert.False(DeviceMemoryException.Matches(new InvalidOperationException("out of memory")));
}
