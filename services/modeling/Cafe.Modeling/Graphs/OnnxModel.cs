using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs.Onnx;
using Google.Protobuf;

namespace Cafe.Modeling.Graphs;

/// <summary>A graph as ONNX messages, without the weights' bytes.</summary>
internal static class OnnxModel
{
    // The version of the format in which opset 23 was published.
    private const long IrVersion = 11;

    public static ModelProto From(Graph graph, Func<Initializer, TensorProto> initializer)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "cafe",
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Graph.Opset } },
            Graph = new GraphProto { Name = graph.Name },
        };
        if (graph.Nodes.Any(n => n.Domain == Node.Microsoft))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = Node.Microsoft, Version = 1 });
        }

        model.Graph.Input.AddRange(graph.Inputs.Select(Port));
        model.Graph.Output.AddRange(graph.Outputs.Select(Port));
        model.Graph.Node.AddRange(graph.Nodes.Select(From));
        model.Graph.Initializer.AddRange(graph.Initializers.Select(initializer));
        return model;
    }

    /// <summary>An initialiser's name, type and shape.</summary>
    public static TensorProto Header(Initializer initializer)
    {
        var tensor = new TensorProto { Name = initializer.Name, DataType = OnnxTypes.Number(initializer.Type) };
        tensor.Dims.AddRange(initializer.Shape);
        return tensor;
    }

    private static ValueInfoProto Port(GraphPort port)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(port.Shape.Select(d => d.Symbol is { } symbol
            ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
            : new TensorShapeProto.Types.Dimension { DimValue = d.Size!.Value }));
        return new ValueInfoProto
        {
            Name = port.Name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = OnnxTypes.Number(port.Type), Shape = shape } },
        };
    }

    private static NodeProto From(Node node)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType, Domain = node.Domain };
        proto.Input.AddRange(node.Inputs.Select(v => v?.Name ?? ""));
        proto.Output.AddRange(node.Outputs.Select(v => v.Name));
        proto.Attribute.AddRange(node.Attributes.Select(a => From(a.Key, a.Value)));
        return proto;
    }

    private static AttributeProto From(string name, NodeAttribute attribute)
    {
        var proto = new AttributeProto { Name = name };
        switch (attribute.Value)
        {
            case long value:
                proto.Type = AttributeProto.Types.AttributeType.Int;
                proto.I = value;
                break;
            case float value:
                proto.Type = AttributeProto.Types.AttributeType.Float;
                proto.F = value;
                break;
            case string value:
                proto.Type = AttributeProto.Types.AttributeType.String;
                proto.S = ByteString.CopyFromUtf8(value);
                break;
            case long[] values:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.AddRange(values);
                break;
            default:
                throw new InvalidOperationException($"Attribute '{name}' holds {attribute.Value.GetType().Name}, which is not written.");
        }

        return proto;
    }
}
