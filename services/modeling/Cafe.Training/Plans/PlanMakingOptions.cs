using Cafe.Training.Conversations;

namespace Cafe.Training.Plans;

/// <summary>The configuration file of a stage that turns a store of composites into a plan: wishes about its subjects, for `cafe eval` and `cafe distill`.</summary>
public sealed record PlanMakingOptions
{
    public required string Stage { get; init; }

    /// <summary>Folder of the plan.</summary>
    public required string Output { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Folder of the data stage, for the subjects' names.</summary>
    public required string Data { get; init; }

    /// <summary>The store that subjects, scenes, accessories and looks are taken from: held-out subjects for evaluation, others for distillation.</summary>
    public required string Store { get; init; }

    /// <summary>Samples of the store that become items, from the first; only those whose conversation is of the wanted kinds.</summary>
    public int Count { get; init; } = 500;

    /// <summary>Seed of the words.</summary>
    public ulong Seed { get; init; } = 2000;

    /// <summary>Templates that the wishes are worded by.</summary>
    public TemplateSet Templates { get; init; } = TemplateSet.HeldOut;

    /// <summary>How the user asks. A vague wish asks for no scene, so none is judged.</summary>
    public IReadOnlyList<ConversationKind> Kinds { get; init; } = [ConversationKind.Caption, ConversationKind.Instruction, ConversationKind.Question];

    /// <summary>Whether the store's own targets come along, as x_ref and for the evaluators' ceiling.</summary>
    public bool Targets { get; init; } = true;

    /// <summary>Whether items carry the grammar's reply, for quadruplets.</summary>
    public bool Replies { get; init; }
}
