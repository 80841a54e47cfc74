using TorchSharp;
using static TorchSharp.torch;

namespace Cafe.Training.Execution.Operators;

/// <summary>Operations on elements, with broadcasting, and reductions.</summary>
internal static class ElementOperators
{
    public static IEnumerable<(string Name, Operator Run)> All =>
    [
        Binary("Add", (a, b) => a.add(b)),
        Binary("Sub", (a, b) => a.sub(b)),
        Binary("Mul", (a, b) => a.mul(b)),
        Binary("Div", (a, b) => a.div(b)),
        Binary("Pow", (a, b) => a.pow(b)),
        Binary("Min", (a, b) => a.minimum(b)),
        Binary("Max", (a, b) => a.maximum(b)),
        Binary("Equal", (a, b) => a.eq(b)),
        Binary("Less", (a, b) => a.lt(b)),
        Binary("LessOrEqual", (a, b) => a.le(b)),
        Binary("Greater", (a, b) => a.gt(b)),
        Binary("GreaterOrEqual", (a, b) => a.ge(b)),
        Binary("And", (a, b) => a.logical_and(b)),
        Binary("Or", (a, b) => a.logical_or(b)),
        Unary("Not", x => x.logical_not()),
        Unary("Identity", x => x.alias()),
        Unary("Neg", x => x.neg()),
        Unary("Abs", x => x.abs()),
        Unary("Exp", x => x.exp()),
        Unary("Log", x => x.log()),
        Unary("Sqrt", x => x.sqrt()),
        Unary("Reciprocal", x => x.reciprocal()),
        Unary("Sin", x => x.sin()),
        Unary("Cos", x => x.cos()),
        Unary("Erf", x => x.erf()),
        Unary("Tanh", x => x.tanh()),
        Unary("Sigmoid", x => x.sigmoid()),
        Unary("Relu", x => x.relu()),
        ("Gelu", (call, x) => [Gelu(call, x[0]!)]),
        ("Softmax", (call, x) => [nn.functional.softmax(x[0]!, call.Int("axis", -1))]),
        ("LogSoftmax", (call, x) => [nn.functional.log_softmax(x[0]!, call.Int("axis", -1))]),
        ("Cast", (call, x) => [x[0]!.to(TensorConversion.ScalarTypeOf(call.Int("to", 1)), copy: false).alias()]),
        ("Where", (_, x) => [torch.where(x[0]!, x[1]!, x[2]!)]),
        ("Clip", (_, x) => [Clip(x)]),
        ("ReduceMean", (call, x) => [Reduce(call, x, (t, axes, keep) => t.mean(axes, keep))]),
        ("ReduceSum", (call, x) => [Reduce(call, x, (t, axes, keep) => t.sum(axes, keep))]),
        ("ArgMax", (call, x) => [x[0]!.argmax(call.Int("axis", 0), call.Int("keepdims", 1) != 0)]),
    ];

    private static (string, Operator) Unary(string name, Func<Tensor, Tensor> run) => (name, (_, x) => [run(x[0]!)]);

    private static (string, Operator) Binary(string name, Func<Tensor, Tensor, Tensor> run) => (name, (_, x) => [run(x[0]!, x[1]!)]);

    private static Tensor Gelu(NodeCall call, Tensor x) => call.Node.String("approximate", "none") switch
    {
        "none" => nn.functional.gelu(x),
        "tanh" => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        var other => throw call.Unsupported($"approximate = '{other}'"),
    };

    private static Tensor Clip(Tensor?[] x)
    {
        var result = x[0]!.alias();
        if (NodeCall.Optional(x, 1) is { } low)
        {
            using var before = result;
            result = before.maximum(low);
        }

        if (NodeCall.Optional(x, 2) is { } high)
        {
            using var before = result;
            result = before.minimum(high);
        }

        return result;
    }

    private static Tensor Reduce(NodeCall call, Tensor?[] x, Func<Tensor, long[], bool, Tensor> reduce)
    {
        var axes = call.OptionalLongs(x, 1) ?? [.. Enumerable.Range(0, (int)x[0]!.dim()).Select(i => (long)i)];
        return reduce(x[0]!, axes, call.Int("keepdims", 1) != 0);
    }
}
