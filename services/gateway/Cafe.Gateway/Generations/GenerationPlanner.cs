using Cafe.Gateway.Conversations;
using Cafe.Gateway.Requests;
using Cafe.V1;

namespace Cafe.Gateway.Generations;

/// <summary>Decides the defaults of a request.</summary>
internal static class GenerationPlanner
{
    private const double DefaultAlpha = 0.5;

    /// <summary>The plan of an order; <paramref name="turn"/> is its conversation's, where it has one.</summary>
    public static GenerationPlan Plan(GenerationOrder order, ConversationTurn? turn)
    {
        var request = order.Request;
        var alpha = request.SemanticImage is null ? 1 : request.HasAlpha ? request.Alpha : DefaultAlpha;
        var text = request.TextOptions?.Clone() ?? new TextOptions();
        text.Seed = order.Seeds.Text;
        var options = request.Options?.Clone() ?? new DiffusionOptions();
        options.Seed = order.Seeds.Picture;
        return new GenerationPlan
        {
            RequestId = order.RequestId,
            Tenant = order.Caller.Id,
            Subject = turn?.Subject ?? request.Subject,
            Turns = turn?.Turns ?? Turns(request),
            // Eq. 4 at alpha 1 is the predicted embedding alone.
            SemanticImage = alpha < 1 ? request.SemanticImage : null,
            Alpha = alpha,
            Conditions = request.Conditions == Conditions.Unspecified ? Conditions.Both : request.Conditions,
            Reply = request.HasReply ? request.Reply : alpha > 0,
            TextOptions = text,
            Options = options,
            Priority = request.Priority == Priority.Unspecified ? Priority.Interactive : request.Priority,
            ConversationId = request.ConversationId,
            Tags = request.Tags,
        };
    }

    private static IReadOnlyList<Turn> Turns(GenerateRequest request) => request.InputCase switch
    {
        GenerateRequest.InputOneofCase.Text => [new Turn { Role = Role.User, Text = request.Text }],
        GenerateRequest.InputOneofCase.Conversation => request.Conversation.Turns,
        _ => [],
    };
}
