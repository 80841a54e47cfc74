namespace Cafe.Training.Tokenizers;

/// <summary>
/// Byte-pair merges: again and again the most frequent pair of neighbours within a word becomes one symbol. Ties go to the pair whose
/// text is first in ordinal order, so the same words give the same merges.
/// </summary>
internal sealed class PairMerger
{
    private readonly int _longest;
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<List<int>> _words = [];
    private readonly List<long> _weights = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Text)> _queue =
        new(Comparer<(long Count, string Text)>.Create((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Text, b.Text)));

    /// <param name="longest">No merge makes a symbol of more characters.</param>
    public PairMerger(int longest) => _longest = longest;

    /// <summary>Adds a word.</summary>
    /// <param name="symbols">What merging starts from; null is a symbol that never merges.</param>
    /// <param name="count">How often the word occurs.</param>
    public void Add(IEnumerable<string?> symbols, long count)
    {
        _words.Add([.. symbols.Select(symbol => symbol is null ? -1 : Id(symbol))]);
        _weights.Add(count);
        Count(_words.Count - 1, count);
    }

    /// <summary>The merges in order, until the words have no pair left. Two of them may give the same text by different parts.</summary>
    public IEnumerable<(string Left, string Right)> Merges()
    {
        while (Next() is { } best)
        {
            yield return (_texts[best.Left], _texts[best.Right]);
            var id = Id(_texts[best.Left] + _texts[best.Right]);
            foreach (var place in _places[best].ToList())
            {
                Count(place, -_weights[place]);
                Merge(_words[place], best, id);
                Count(place, _weights[place]);
            }

            _counts.Remove(best);
            _places.Remove(best);
        }
    }

    private int Id(string text)
    {
        if (!_ids.TryGetValue(text, out var id))
        {
            _ids[text] = id = _texts.Count;
            _texts.Add(text);
        }

        return id;
    }

    /// <summary>Adds a word's pairs, or with a negative weight takes them away.</summary>
    private void Count(int place, long weight)
    {
        var word = _words[place];
        for (var i = 0; i + 1 < word.Count; i++)
        {
            var pair = (word[i], word[i + 1]);
            if (word[i] < 0 || word[i + 1] < 0 || _texts[word[i]].Length + _texts[word[i + 1]].Length > _longest)
            {
                continue;
            }

            var count = _counts[pair] = _counts.GetValueOrDefault(pair) + weight;
            if (!_places.TryGetValue(pair, out var places))
            {
                _places[pair] = places = [];
            }

            if (weight > 0)
            {
                places.Add(place);
                _queue.Enqueue(pair, (count, _texts[word[i]] + _texts[word[i + 1]]));
            }
        }
    }

    /// <summary>The pair with the highest count; entries of the queue that a merge made stale are put back with their count of now.</summary>
    private (int Left, int Right)? Next()
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count == priority.Count && count > 0)
            {
                return pair;
            }

            if (count > 0 && count < priority.Count)
            {
                _queue.Enqueue(pair, (count, priority.Text));
            }
        }

        return null;
    }

    private static void Merge(List<int> word, (int Left, int Right) pair, int id)
    {
        var to = 0;
        for (var from = 0; from < word.Count; from++, to++)
        {
            if (from + 1 < word.Count && word[from] == pair.Left && word[from + 1] == pair.Right)
            {
                word[to] = id;
                from++;
            }
            else
            {
                word[to] = word[from];
            }
        }

        word.RemoveRange(to, word.Count - to);
    }
}
