using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cafe.Training.Execution;

/// <summary>
/// How libtorch's threads wait for one another. By default OpenMP's spin; beside any other load on few cores that costs most of the time (measured: 2.3 samples a second instead of 18 for a
/// small UNet on two busy cores). The runtime reads the policy once, when libtorch is loaded, from the process's environment.
/// </summary>
public static partial class NativeThreads
{
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>Waits without spinning, unless the environment says otherwise. Has to be called before the first use of libtorch; loading this assembly does.</summary>
#pragma warning disable CA2255 // Whatever uses this assembly uses libtorch, and afterwards is too late.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void WaitPassively()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(Policy) is null)
        {
            // .NET's own SetEnvironmentVariable does not reach native code.
            _ = SetEnvironment(Policy, "PASSIVE", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
