using System.Text;
using Cafe.Gateway.Runs;
using Cafe.V1;

namespace Cafe.Gateway.Moderation;

/// <summary>
/// A reply on its way to the caller. Without moderation it passes as it comes; with it, a sentence at a time, each judged
/// together with all that came before, so that nothing shown has to be taken back.
/// </summary>
internal sealed class ModeratedText(GenerationRun run, Moderators moderators)
{
    private readonly StringBuilder _text = new();
    private int _shown;
    private bool _filtered;

    /// <summary>What the caller has.</summary>
    public string Shown => _text.ToString(0, _shown);

    /// <summary>More of the reply.</summary>
    public async Task AppendAsync(string delta, CancellationToken cancellationToken)
    {
        if (delta.Length == 0 || _filtered)
        {
            return;
        }

        _text.Append(delta);
        if (!moderators.ReviewsTexts)
        {
            Show(_text.Length);
        }
        else if (delta.AsSpan().IndexOfAny(".!?\n") >= 0)
        {
            await ReviewAsync(EndOfSentence(), cancellationToken);
        }
    }

    /// <summary>The reply is complete; false where it was withheld, wholly or from some sentence on.</summary>
    public async Task<bool> FinishAsync(CancellationToken cancellationToken)
    {
        if (moderators.ReviewsTexts && !_filtered && _shown < _text.Length)
        {
            await ReviewAsync(_text.Length, cancellationToken);
        }

        return !_filtered;
    }

    private async Task ReviewAsync(int end, CancellationToken cancellationToken)
    {
        if (end <= _shown)
        {
            return;
        }

        if (await moderators.AllowsTextAsync(run.RequestId, ModeratedKind.Reply, _text.ToString(0, end), cancellationToken))
        {
            Show(end);
        }
        else
        {
            _filtered = true;
        }
    }

    private void Show(int end)
    {
        run.Add(new GenerateResponse { Text = new GenerateText { Delta = _text.ToString(_shown, end - _shown) } });
        _shown = end;
    }

    private int EndOfSentence() => _text.ToString().AsSpan().LastIndexOfAny(".!?\n") + 1;
}
