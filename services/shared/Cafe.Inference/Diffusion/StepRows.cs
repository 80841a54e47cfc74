namespace Cafe.Inference.Diffusion;

/// <summary>The rows of one call: every branch of every picture, all rows of the fullest branch first, so that those that leave outside a guidance interval are the last ones.</summary>
internal sealed class StepRows
{
    private readonly List<(int Drawing, GuidanceTerm Term)> _terms = [];

    /// <param name="drawings">Of one size, not done.</param>
    /// <param name="maxRows">Rows that they may have together.</param>
    public StepRows(IReadOnlyList<Drawing> drawings, int maxRows)
    {
        Drawings = drawings;
        for (var i = 0; i < drawings.Count; i++)
        {
            if (drawings[i].Plan.Width != drawings[0].Plan.Width || drawings[i].Plan.Height != drawings[0].Plan.Height)
            {
                throw new ArgumentException("Pictures of one call have one size.", nameof(drawings));
            }

            foreach (var term in drawings[i].Terms)
            {
                _terms.Add((i, term));
            }
        }

        if (_terms.Count > maxRows)
        {
            throw new ArgumentException($"{_terms.Count} rows are more than the {maxRows} of a call.", nameof(drawings));
        }

        _terms.Sort(static (left, right) =>
        {
            var branch = right.Term.Branch.CompareTo(left.Term.Branch);
            return branch != 0 ? branch : left.Drawing.CompareTo(right.Drawing);
        });
        Places = new int[_terms.Count];
    }

    public IReadOnlyList<Drawing> Drawings { get; }

    public int Count => _terms.Count;

    /// <summary>Where each row is in the batch.</summary>
    public int[] Places { get; }

    /// <summary>A row's picture, by its number among <see cref="Drawings"/>, and its branch.</summary>
    public (int Drawing, GuidanceTerm Term) this[int row] => _terms[row];
}
