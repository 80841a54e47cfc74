using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Cafe.Training.Execution;

/// <summary>
/// What libtorch reads once, when it is loaded, from the process's environment: how its threads wait for one another, and which vector instructions its own loops use.
/// </summary>
/// <remarks>
/// By default OpenMP's threads spin while they wait; beside any other load on few cores that costs most of the time (measured: 2.3 samples a second instead of 18 for a small UNet on two busy cores).
/// By default loops are AVX-512's where the processor has it; in a virtual machine those became slow after one to three minutes of a process, and took all else along (docs/decisions/0053-loops-in-avx2.md).
/// </remarks>
public static partial class NativeSettings
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string Instructions = "ATEN_CPU_CAPABILITY";

    /// <summary>Waits without spinning and keeps loops to AVX2, unless the environment says otherwise. Has to be called before the first use of libtorch; loading this assembly does.</summary>
#pragma warning disable CA2255 // Whatever uses this assembly uses libtorch, and afterwards is too late.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        SetDefault(WaitPolicy, "PASSIVE");
        if (Avx512F.IsSupported)
        {
            SetDefault(Instructions, "avx2");
        }
    }

    private static void SetDefault(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
        {
            // .NET's own SetEnvironmentVariable does not reach native code.
            _ = SetEnvironment(name, value, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
