using System.Globalization;
using System.Text;

namespace Cafe.Packs.Tokenizers;

/// <summary>
/// Unicode normalisation form C. Written out because .NET's own is a no-operation where the globalization data is left out, as it is in
/// the service images.
/// </summary>
internal static class CanonicalForms
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;

    private static readonly Lazy<Tables> Data = new(Load);

    /// <summary>The canonical composition of a text.</summary>
    public static string Compose(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        var tables = Data.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, tables, runes);
        }

        Reorder(runes, tables);
        var composed = new StringBuilder(text.Length);
        foreach (var code in Recompose(runes, tables))
        {
            composed.Append(new Rune(code).ToString());
        }

        return composed.ToString();
    }

    private static void Decompose(int code, Tables tables, List<int> into)
    {
        if (code is >= HangulBase and < HangulBase + (LeadCount * VowelCount * TrailCount))
        {
            var index = code - HangulBase;
            into.Add(LeadBase + (index / (VowelCount * TrailCount)));
            into.Add(VowelBase + (index % (VowelCount * TrailCount) / TrailCount));
            if (index % TrailCount > 0)
            {
                into.Add(TrailBase + (index % TrailCount));
            }
        }
        else if (tables.Decompositions.TryGetValue(code, out var parts))
        {
            Decompose(parts.First, tables, into);
            if (parts.Second > 0)
            {
                Decompose(parts.Second, tables, into);
            }
        }
        else
        {
            into.Add(code);
        }
    }

    /// <summary>Marks after a base, stably sorted by combining class.</summary>
    private static void Reorder(List<int> runes, Tables tables)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            if (tables.Class(runes[start]) == 0)
            {
                continue;
            }

            var end = start;
            while (end < runes.Count && tables.Class(runes[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = runes.GetRange(start, end - start).OrderBy(tables.Class).ToArray();
                for (var i = 0; i < sorted.Length; i++)
                {
                    runes[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }

    private static List<int> Recompose(List<int> runes, Tables tables)
    {
        var output = new List<int>(runes.Count);
        var starter = -1;
        var lastClass = -1;
        foreach (var code in runes)
        {
            var combining = tables.Class(code);
            if (starter >= 0 && lastClass < combining && TryCompose(output[starter], code, tables, out var composed))
            {
                output[starter] = composed;
                continue;
            }

            if (combining == 0)
            {
                starter = output.Count;
                lastClass = -1;
            }
            else
            {
                lastClass = combining;
            }

            output.Add(code);
        }

        return output;
    }

    private static bool TryCompose(int first, int second, Tables tables, out int composed)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
        {
            composed = HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
            return true;
        }

        if (first is >= HangulBase and < HangulBase + (LeadCount * VowelCount * TrailCount) && (first - HangulBase) % TrailCount == 0
            && second is > TrailBase and < TrailBase + TrailCount)
        {
            composed = first + second - TrailBase;
            return true;
        }

        return tables.Compositions.TryGetValue((first, second), out composed);
    }

    private static Tables Load()
    {
        var tables = new Tables();
        using var stream = typeof(CanonicalForms).Assembly.GetManifestResourceStream("Cafe.Packs.Tokenizers.canonical-forms.txt")
            ?? throw new InvalidOperationException("The table of canonical forms is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var parts = line.Split(' ');
            if (parts[0] == "C")
            {
                for (var code = Hex(parts[2]); code <= Hex(parts[3]); code++)
                {
                    tables.Classes[code] = byte.Parse(parts[1], CultureInfo.InvariantCulture);
                }

                continue;
            }

            var pair = (First: Hex(parts[2]), Second: parts.Length > 3 ? Hex(parts[3]) : 0);
            tables.Decompositions[Hex(parts[1])] = pair;
            if (parts[0] == "D")
            {
                tables.Compositions[pair] = Hex(parts[1]);
            }
        }

        return tables;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed class Tables
    {
        public Dictionary<int, (int First, int Second)> Decompositions { get; } = [];

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public Dictionary<int, byte> Classes { get; } = [];

        public byte Class(int code) => Classes.GetValueOrDefault(code);
    }
}
