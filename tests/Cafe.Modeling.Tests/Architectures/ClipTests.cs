using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Testing;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class ClipTests : IDisposable
{
    private readonly Checkpoint weights = Checkpoint.Open(Goldens.Path("clip-quickgelu"));
    private readonly ClipConfig config = ClipConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("clip-quickgelu")));

    public void Dispose() => weights.Dispose();

    [Fact]
    public void BuildText_FixedPositions_TakesOnlyThose()
    {
        var graph = Clip.BuildText(config, positions: 16);

        Assert.Equal("16", graph.Inputs.Single(i => i.Name == "input_ids").Shape[1].ToString());
    }

    [Fact]
    public void BuildText_WhatFollowsTheEndOfText_DoesNotMatter()
    {
        var graph = Clip.BuildText(config, options: GraphOptions.For(GraphTarget.Cpu, half: false));
        using var session = new SessionFactory(new SessionSettings { Threads = 1 }).Open("text", GraphWriter.ToBytes(graph, name => weights[name]));
        long end = config.EosTokenId;

        var padded = Run(session, [5, 9, end, 7, 7, 7], [1, 1, 1, 0, 0, 0]);
        var other = Run(session, [5, 9, end, end, 3, end], [1, 1, 1, 1, 1, 1]);

        Assert.All(padded.Zip(other), p => Assert.Equal(p.First, p.Second, 1e-5f));
        Assert.NotEqual(padded, Run(session, [5, 8, end, 7, 7, 7], [1, 1, 1, 0, 0, 0]));
    }

    private static float[] Run(ModelSession session, long[] ids, long[] mask)
    {
        using var idTensor = Tensors.Of(ids, 1, ids.Length);
        using var maskTensor = Tensors.Of(mask, 1, mask.Length);
        using var result = session.Run(new Dictionary<string, OrtValue> { ["input_ids"] = idTensor, ["attention_mask"] = maskTensor });
        return result.Span<float>("text_embeds").ToArray();
    }
}
