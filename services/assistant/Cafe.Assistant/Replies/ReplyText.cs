using System.Text;
using Cafe.Packs.Tokenizers;

namespace Cafe.Assistant.Replies;

/// <summary>
/// The text of a reply as its tokens come. What it shows after n tokens depends on those tokens alone, so a reply that is continued elsewhere from the same tokens shows
/// exactly the rest. Text that may yet turn out to be the beginning of a stop string is held back, as are the bytes of a character that is not complete.
/// </summary>
public sealed class ReplyText
{
    private readonly SentencePieceStreamDecoder _decoder;
    private readonly IReadOnlyCollection<int> _endIds;
    private readonly IReadOnlyList<string> _stops;
    private readonly StringBuilder _held = new();
    private readonly List<int> _ids = [];
    private readonly int _maxTokens;

    /// <summary>An empty reply.</summary>
    /// <param name="tokenizer">The pack's.</param>
    /// <param name="endIds">Tokens that end the reply and have no text.</param>
    /// <param name="stops">Strings that end the reply and are no part of it; none empty.</param>
    /// <param name="maxTokens">Tokens after which it ends, 1 or more.</param>
    /// <param name="preface">Shown with the first token.</param>
    public ReplyText(SentencePieceTokenizer tokenizer, IReadOnlyCollection<int> endIds, IReadOnlyList<string> stops, int maxTokens, string preface = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokens);
        _decoder = new SentencePieceStreamDecoder(tokenizer);
        (_endIds, _stops, _maxTokens) = (endIds, stops, maxTokens);
        Preface = preface;
    }

    /// <summary>Tokens so far.</summary>
    public int Count => _ids.Count;

    /// <summary>Their ids.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>Tokens after which it ends.</summary>
    public int MaxTokens => _maxTokens;

    /// <summary>Why it ended; null while it goes on.</summary>
    public ReplyFinish? Finish { get; private set; }

    private string Preface { get; }

    /// <summary>Adds a token.</summary>
    /// <exception cref="InvalidOperationException">The reply has ended.</exception>
    public TextStep Accept(int id)
    {
        if (Finish is not null)
        {
            throw new InvalidOperationException("The reply has ended.");
        }

        var shown = new StringBuilder(Count == 0 ? Preface : "");
        _ids.Add(id);
        if (_endIds.Contains(id))
        {
            Finish = ReplyFinish.End;
        }
        else
        {
            _held.Append(_decoder.Append(id));
            Finish = CutAtStop() ? ReplyFinish.Stop : Count == _maxTokens ? ReplyFinish.Length : null;
        }

        if (Finish is ReplyFinish.End or ReplyFinish.Length)
        {
            _held.Append(_decoder.Finish());
            if (CutAtStop())
            {
                Finish = ReplyFinish.Stop;
            }
        }

        var keep = Finish is null ? PossibleStop() : 0;
        shown.Append(_held, 0, _held.Length - keep);
        _held.Remove(0, _held.Length - keep);
        return new TextStep(shown.ToString(), Finish);
    }

    private bool CutAtStop()
    {
        if (_stops.Count == 0)
        {
            return false;
        }

        var text = _held.ToString();
        var first = _stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (first < 0)
        {
            return false;
        }

        _held.Length = first;
        return true;
    }

    /// <summary>Length of the longest end of the held text that begins a stop string.</summary>
    private int PossibleStop()
    {
        var text = _held.ToString();
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
