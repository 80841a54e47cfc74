using Cafe.Evaluation.Plans;

namespace Cafe.Cli.Distillation;

/// <summary>Retrieved by label: the target of another of the plan's items with the same scene, accessory and look.</summary>
internal sealed class PlanReferences(EvaluationPlan plan) : IReferences
{
    public string? Find(PlanItem item) => ReferencePicker.Pick(plan, item) is { } other ? plan.PathOf(other.Target!) : null;
}
