namespace Cafe.Evaluation.Plans;

/// <summary>Finds x_ref of Eq. 4 among a plan's own targets: a picture that shows what is asked, of another subject.</summary>
public static class ReferencePicker
{
    /// <summary>The next item after this one, around the end, with the same scene, accessory and look, another subject and a target; else with the same scene alone; null where there is none.</summary>
    public static PlanItem? Pick(EvaluationPlan plan, PlanItem item)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(item);
        var at = 0;
        while (at < plan.Items.Count && plan.Items[at].Id != item.Id)
        {
            at++;
        }

        var name = plan.SubjectOf(item).Name;
        var others = Enumerable.Range(1, Math.Max(0, plan.Items.Count - 1)).Select(step => plan.Items[(at + step) % plan.Items.Count])
            .Where(other => other.Target is not null && other.Scene == item.Scene && plan.SubjectOf(other).Name != name).ToList();
        return others.FirstOrDefault(other => other.Accessory == item.Accessory && other.Look == item.Look) ?? others.FirstOrDefault();
    }
}
