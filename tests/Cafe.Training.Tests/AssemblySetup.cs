using System.Runtime.CompilerServices;
using Cafe.Training.Execution;
using TorchSharp;

namespace Cafe.Training.Tests;

internal static class AssemblySetup
{
    [ModuleInitializer]
    internal static void UseOneThread()
    {
        NativeSettings.Apply();
        torch.set_num_threads(1);
    }
}
