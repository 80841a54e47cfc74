using System.Runtime.InteropServices;
using Cafe.Testing.Fuzzing;

namespace Cafe.Imaging.Tests.Decoding;

/// <summary>The fuzzing itself: what it must notice, it does, by the input's number.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class FuzzTests
{
    [Fact]
    public void Run_ReaderThatNeverReturns_FailsAndNamesTheInput()
    {
        using var end = new ManualResetEventSlim();
        var limits = new FuzzLimits { Time = TimeSpan.FromMilliseconds(300) };
        var e = Assert.Throws<InvalidOperationException>(() => Run(input =>
        {
            if (input[0] == 3)
            {
                end.Wait(TimeSpan.FromMinutes(2));
            }
        }, limits));
        end.Set();
        Assert.StartsWith("Input 3 of 1 bytes hangs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ReaderThatThrows_FailsAndNamesTheInput() =>
        Assert.StartsWith("Input 3 of 1 bytes: DivideByZeroException", Assert.Throws<InvalidOperationException>(() => Run(input => _ = 1 / (input[0] - 3))).Message, StringComparison.Ordinal);

    [Fact]
    public void Run_ManagedMemoryPastItsLimit_FailsAndNamesTheInput()
    {
        var limits = new FuzzLimits { Allocated = _ => 1 << 20 };
        var e = Assert.Throws<InvalidOperationException>(() => Run(input => GC.KeepAlive(new byte[input[0] == 3 ? 2 << 20 : 1]), limits));
        Assert.StartsWith("Input 3 of 1 bytes made", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Run_NativeMemoryPastItsLimit_FailsAndNamesTheInput()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The process's peak is read from /proc.");
        const int Bytes = 96 << 20;
        var limits = new FuzzLimits { Resident = 64 << 20 };
        var e = Assert.Throws<InvalidOperationException>(() => Run(input =>
        {
            if (input[0] == 3)
            {
                var memory = NativeMemory.Alloc(Bytes);
                new Span<byte>(memory, Bytes).Fill(1);
                NativeMemory.Free(memory);
            }
        }, limits));
        Assert.StartsWith("Input 3 of 1 bytes made the process grow", e.Message, StringComparison.Ordinal);
    }

    // Inputs 0 to 4 hold their number, by the order in which they are asked for.
    private static void Run(Action<byte[]> read, FuzzLimits? limits = null)
    {
        byte next = 0;
        Fuzz.Run(5, _ => [next++], input =>
        {
            read(input);
            return true;
        }, limits);
    }
}
