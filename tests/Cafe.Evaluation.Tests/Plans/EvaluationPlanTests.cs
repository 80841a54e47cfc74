using Cafe.Evaluation.Plans;
using Cafe.Evaluation.Quadruplets;

namespace Cafe.Evaluation.Tests.Plans;

public sealed class EvaluationPlanTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cafe-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Open_WhatWasWritten_TheSame()
    {
        var written = TinyPlan.Write(folder);
        var read = EvaluationPlan.Open(folder);
        Assert.Equal(written.Items.Select(item => item with { Turns = [] }), read.Items.Select(item => item with { Turns = [] }), ItemComparer);
        Assert.Equal(written.Items[1].Turns, read.Items[1].Turns);
        Assert.Equal("fluent", read.SubjectOf(read.Items[2]).Group);
        Assert.True(read.Description.Scenes[0].IsNamedBy("Off to the SEASIDE!"));
    }

    [Fact]
    public void Write_WhatCanNotBe_NamedError()
    {
        var plan = TinyPlan.Write(folder);
        Fails("'a/b'", plan.Items[0] with { Id = "a/b" });
        Fails("two items", plan.Items[0], plan.Items[0]);
        Fails("'cow'", plan.Items[0] with { Subject = "cow" });
        Fails("last turn", plan.Items[0] with { Turns = [new ChatTurn(ChatTurn.User, "a"), new ChatTurn(ChatTurn.Assistant, "b")] });
        File.AppendAllText(Path.Combine(folder, "items.jsonl"), "{");
        Assert.Contains("line 4", Assert.Throws<PlanException>(() => EvaluationPlan.Open(folder)).Message, StringComparison.Ordinal);

        void Fails(string words, params PlanItem[] items) =>
            Assert.Contains(words, Assert.Throws<PlanException>(() => EvaluationPlan.Write(folder, plan.Description, items)).Message, StringComparison.Ordinal);
    }

    private static bool ItemComparer(PlanItem first, PlanItem second) => (first with { Turns = second.Turns }) == second;
}
