using Cafe.Modeling.Architectures;
using Cafe.Modeling.Graphs;

namespace Cafe.Modeling.Tests.Architectures;

public sealed class LatentGraphsTests
{
    [Fact]
    public void Build_EveryGraph_HasStandardOperatorsAndNoWeights() =>
        Assert.All([LatentGraphs.BuildInput(4, 0), LatentGraphs.BuildInput(4, 2), LatentGraphs.BuildStep(4), LatentGraphs.BuildCopy()], graph =>
        {
            Assert.Empty(graph.PublishedWeights);
            Assert.All(graph.Nodes, node => Assert.Empty(node.Domain));
        });

    /// <summary>Whatever the order of execution, all else is done when the state is written in place: a step that fails has written nothing.</summary>
    [Fact]
    public void BuildStep_TheScatterThatWritesTheState_FollowsFromEveryOtherNode()
    {
        var graph = LatentGraphs.BuildStep(4);
        var scatter = Assert.Single(graph.Nodes, node => node.OpType == "ScatterND");
        Assert.Equal("next_state", scatter.Outputs[0].Name);
        var needed = new HashSet<Node> { scatter };
        foreach (var node in graph.Nodes.Reverse())
        {
            if (needed.Any(later => later.Inputs.Any(node.Outputs.Contains)))
            {
                needed.Add(node);
            }
        }

        Assert.Equal(graph.Nodes.Count, needed.Count);
    }
}
