using System.Text.Json;

namespace Cafe.Training.Stages;

/// <summary>A kind of stage: what one configuration file makes.</summary>
public interface IStage
{
    /// <summary>What a configuration's <c>stage</c> field calls it.</summary>
    string Kind { get; }

    /// <summary>Does the work, or goes on with it, into the configuration's output folder. Returns only when it is done.</summary>
    /// <param name="config">The whole configuration file.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; what was done is kept.</exception>
    void Run(JsonElement config, StageContext context, CancellationToken cancellation);

    /// <summary>What the stage would train, from its configuration alone.</summary>
    IReadOnlyList<PlannedPart> Plan(JsonElement config);
}
