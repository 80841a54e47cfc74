using Cafe.Evaluation.Plans;

namespace Cafe.Cli.Distillation;

/// <summary>Finds x_ref of Eq. 4: a picture that shows what an item asks for, of whatever subject.</summary>
internal interface IReferences
{
    /// <summary>The picture's file; null where there is none for the item, which is then left out.</summary>
    string? Find(PlanItem item);
}
