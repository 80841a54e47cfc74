using Cafe.Modeling.Checkpoints;

namespace Cafe.Modeling.Graphs;

/// <summary>Operations on elements, with broadcasting.</summary>
public readonly partial struct Scope
{
    public Value Add(Value a, Value b) => Same("Add", a, b);

    public Value Sub(Value a, Value b) => Same("Sub", a, b);

    public Value Mul(Value a, Value b) => Same("Mul", a, b);

    public Value Div(Value a, Value b) => Same("Div", a, b);

    public Value Sigmoid(Value x) => Op("Sigmoid", [x]);

    public Value Tanh(Value x) => Op("Tanh", [x]);

    public Value Sin(Value x) => Op("Sin", [x]);

    public Value Cos(Value x) => Op("Cos", [x]);

    /// <summary>The exact form, with the error function.</summary>
    public Value Gelu(Value x) => Op("Gelu", [x]);

    /// <summary>x * sigmoid(1.702 x), as CLIP was trained with.</summary>
    public Value QuickGelu(Value x) => SigmoidGated(x, 1.702f);

    /// <summary>x * sigmoid(x).</summary>
    public Value Silu(Value x) => SigmoidGated(x, 1);

    public Value Cast(Value x, TensorType type) =>
        x.Type == type ? x : Op("Cast", [x], new() { ["to"] = OnnxTypes.Number(type) }, type);

    public Value Equal(Value a, Value b) => Op("Equal", [a, b], type: TensorType.Bool);

    public Value Where(Value condition, Value then, Value otherwise) => Op("Where", [condition, then, otherwise], type: then.Type);

    // ONNX Runtime's QuickGelu has the factor as an attribute: at 1 it is SiLU in one pass over the data instead of two.
    private Value SigmoidGated(Value x, float factor)
    {
        if (graph.Options.Target != GraphTarget.Standard)
        {
            return Op("QuickGelu", [x], new() { ["alpha"] = factor }, domain: Node.Microsoft);
        }

        return Mul(x, Sigmoid(factor == 1 ? x : Mul(x, graph.Scalar(factor, x.Type))));
    }
}
