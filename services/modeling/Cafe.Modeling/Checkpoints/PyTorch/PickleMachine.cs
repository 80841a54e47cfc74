using System.Buffers.Binary;
using System.Text;

namespace Cafe.Modeling.Checkpoints;

/// <summary>
/// A pickle machine that can only make what a state dict is made of: dicts, tuples, numbers, strings, and tensors over storages. It has no
/// way to call anything; any other name, opcode or construction is refused. Work and memory are bounded by the pickle's own length.
/// </summary>
internal sealed class PickleMachine(string file, ReadOnlyMemory<byte> pickle)
{
    /// <summary>What one pickle may push, keep and mark in all. A Llama-2-70B state dict makes about 20,000 objects.</summary>
    private const int MaxObjects = 2_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];
    private int position;
    private int objects;

    /// <summary>Runs the pickle and returns what it leaves.</summary>
    /// <exception cref="CheckpointException">It does anything a state dict doesn't need.</exception>
    public object? Run()
    {
        while (true)
        {
            var opcode = (PickleOpcode)Take(1)[0];
            if (opcode == PickleOpcode.Stop)
            {
                var result = Pop();
                return stack.Count == 0 && marks.Count == 0 ? result : throw Broken("values are left over at its end");
            }

            Execute(opcode);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                var protocol = Take(1)[0];
                if (protocol is < 2 or > 5)
                {
                    throw Broken($"its protocol {protocol} is not among 2 to 5");
                }

                break;
            case PickleOpcode.Frame:
                Take(8);
                break;
            case PickleOpcode.Mark:
                CountOne();
                marks.Push(stack.Count);
                break;
            case PickleOpcode.None:
                Push(null);
                break;
            case PickleOpcode.NewTrue:
                Push(true);
                break;
            case PickleOpcode.NewFalse:
                Push(false);
                break;
            case PickleOpcode.BinInt:
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.BinInt1:
                Push((long)Take(1)[0]);
                break;
            case PickleOpcode.BinInt2:
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case PickleOpcode.Long1:
                Push(TakeLong(Take(1)[0]));
                break;
            case PickleOpcode.BinFloat:
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case PickleOpcode.BinUnicode:
                Push(TakeText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case PickleOpcode.ShortBinUnicode:
                Push(TakeText(Take(1)[0]));
                break;
            case PickleOpcode.EmptyTuple:
                Push(new PickleTuple([]));
                break;
            case PickleOpcode.Tuple1:
                Push(new PickleTuple(PopMany(1)));
                break;
            case PickleOpcode.Tuple2:
                Push(new PickleTuple(PopMany(2)));
                break;
            case PickleOpcode.Tuple3:
                Push(new PickleTuple(PopMany(3)));
                break;
            case PickleOpcode.Tuple:
                Push(new PickleTuple(PopMarked()));
                break;
            case PickleOpcode.EmptyList:
                Push(new PickleList([]));
                break;
            case PickleOpcode.EmptyDict:
                Push(new PickleDict([]));
                break;
            case PickleOpcode.Append:
                Append(PopMany(1));
                break;
            case PickleOpcode.Appends:
                Append(PopMarked());
                break;
            case PickleOpcode.SetItem:
                SetItems(PopMany(2));
                break;
            case PickleOpcode.SetItems:
                SetItems(PopMarked());
                break;
            case PickleOpcode.BinPut:
                Keep(Take(1)[0]);
                break;
            case PickleOpcode.LongBinPut:
                Keep(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case PickleOpcode.Memoize:
                Keep((uint)memo.Count);
                break;
            case PickleOpcode.BinGet:
                Push(Recall(Take(1)[0]));
                break;
            case PickleOpcode.LongBinGet:
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case PickleOpcode.Global:
                Push(Global(TakeLine(), TakeLine()));
                break;
            case PickleOpcode.StackGlobal:
                var names = PopMany(2);
                Push(names is [string module, string name] ? Global(module, name) : throw Broken("a global's name is no string"));
                break;
            case PickleOpcode.BinPersId:
                Push(PickleShapes.Storage(Pop()) ?? throw Broken("a persistent id is no storage"));
                break;
            case PickleOpcode.Reduce:
                Reduce();
                break;
            case PickleOpcode.Build:
                Build();
                break;
            default:
                throw Broken($"opcode 0x{(byte)opcode:x2} at byte {position - 1} is not one that a state dict needs");
        }
    }

    private void Reduce()
    {
        var arguments = Pop() as PickleTuple ?? throw Broken("a call's arguments are no tuple");
        var global = Pop() as PickleGlobal ?? throw Broken("it calls something that is no known name");
        Push(global.Kind switch
        {
            PickleGlobalKind.OrderedDict when arguments.Items.Count == 0 => new PickleDict([]),
            PickleGlobalKind.RebuildParameter when arguments.Items is [PickleTensor tensor, ..] => tensor,
            PickleGlobalKind.RebuildTensor when PickleShapes.Tensor(arguments) is { } tensor => tensor,
            _ => throw Broken($"{global.Kind} is called with arguments that don't fit"),
        });
    }

    // A module's state dict carries its `_metadata` as the OrderedDict's own state. It holds no tensors.
    private void Build()
    {
        if (Pop() is not PickleDict || Peek() is not PickleDict)
        {
            throw Broken("it sets the state of something that is no dict");
        }
    }

    private PickleGlobal Global(string module, string name) => PickleGlobals.Find(module, name)
        ?? throw new CheckpointException($"{file} refers to '{module}.{name}': only tensors are read, and nothing else is ever run.");

    private void Append(IReadOnlyList<object?> items)
    {
        var list = Peek() as PickleList ?? throw Broken("it appends to something that is no list");
        list.Items.AddRange(items);
    }

    private void SetItems(IReadOnlyList<object?> items)
    {
        var dict = Peek() as PickleDict ?? throw Broken("it sets an item of something that is no dict");
        if (items.Count % 2 != 0)
        {
            throw Broken("a key has no value");
        }

        for (var i = 0; i < items.Count; i += 2)
        {
            dict.Items.Add(new(items[i], items[i + 1]));
        }
    }

    private void Keep(uint index)
    {
        CountOne();
        memo[index] = Peek();
    }

    private object? Recall(uint index) => memo.TryGetValue(index, out var value) ? value : throw Broken($"it recalls value {index}, which it never kept");

    private void Push(object? value)
    {
        CountOne();
        stack.Add(value);
    }

    // A byte is enough for an opcode that makes an entry of the stack, of the memo or of the marks.
    private void CountOne() => objects = objects < MaxObjects ? objects + 1 : throw Broken($"it makes more than {MaxObjects} objects, kept values and marks");

    private object? Peek()
    {
        Require(1);
        return stack[^1];
    }

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        Require(count);
        var items = stack[^count..].ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object?[] PopMarked()
    {
        if (!marks.TryPop(out var mark))
        {
            throw Broken("a mark is missing");
        }

        var items = stack[mark..].ToArray();
        stack.RemoveRange(mark, items.Length);
        return items;
    }

    private void Require(int count)
    {
        if (stack.Count - count < (marks.TryPeek(out var mark) ? mark : 0))
        {
            throw Broken("it takes a value where none is left");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > pickle.Length - position)
        {
            throw Broken("it ends in the middle of an instruction");
        }

        position += count;
        return pickle.Span.Slice(position - count, count);
    }

    private string TakeText(uint length)
    {
        var bytes = Take(length <= int.MaxValue ? (int)length : throw Broken("it ends in the middle of a string"));
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Broken("a string is no UTF-8");
        }
    }

    private string TakeLine()
    {
        var length = pickle.Span[position..].IndexOf((byte)'\n');
        var line = TakeText(length >= 0 ? (uint)length : throw Broken("a line has no end"));
        Take(1);
        return line;
    }

    private long TakeLong(int length)
    {
        if (length > 8)
        {
            throw Broken($"a number takes {length} bytes");
        }

        // Two's complement, little-endian, of any length: widen by the sign.
        var bytes = Take(length);
        var value = length > 0 && bytes[^1] >= 0x80 ? -1L : 0L;
        for (var i = length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private CheckpointException Broken(string reason) => new($"{file}: the pickle is refused: {reason}.");
}
