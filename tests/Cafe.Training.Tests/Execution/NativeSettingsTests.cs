using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Cafe.Training.Execution;

namespace Cafe.Training.Tests.Execution;

/// <summary>What native code reads in its environment, which is not what .NET shows.</summary>
public sealed partial class NativeSettingsTests
{
    [Fact]
    public void LibtorchFindsItsSettings()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The settings are made on Linux alone.");

        Assert.Equal(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE", Native("OMP_WAIT_POLICY"));
        Assert.Equal(Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY") ?? (Avx512F.IsSupported ? "avx2" : null), Native("ATEN_CPU_CAPABILITY"));
    }

    private static string? Native(string name) => Marshal.PtrToStringUTF8(Find(name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Find(string name);
}
