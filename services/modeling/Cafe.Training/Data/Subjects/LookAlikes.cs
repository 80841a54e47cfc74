using Cafe.Imaging;

namespace Cafe.Training.Data.Subjects;

/// <summary>
/// Groups subjects that a picture hardly tells apart, so that none of a group is trained on while another is held out:
/// the same outline and inner structure in any design, mirrored or not, whatever the colour (hearts, books), or the same name but for a
/// colour or a person ("blue book", "man dancing"). Links are followed, so near-identical faces end in one group.
/// </summary>
public static class LookAlikes
{
    private const int Side = 24;

    /// <summary>Mean difference per pixel of outline and structure, 0 to 1, below which two pictures are alike; found by looking.</summary>
    private const float Alike = 0.062f;

    private static readonly HashSet<string> InterchangeableWords =
    [
        "red", "orange", "yellow", "green", "blue", "light", "dark", "purple", "brown", "black", "white", "grey", "pink",
        "man", "woman", "person", "boy", "girl", "old", "men", "women", "people", "older", "closed", "open", "left", "right", "one", "two", "three",
        "up", "down", "leftwards", "rightwards", "raised", "lowered", "first", "last", "medium", "small", "large",
    ];

    /// <summary>A cluster number for each subject, from 0 in order of first appearance.</summary>
    /// <param name="subjects">Key, name and cut-outs by design.</param>
    public static IReadOnlyList<int> Cluster(IReadOnlyList<(string Key, string Name, IReadOnlyDictionary<string, AlphaPicture> Pictures)> subjects)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        var parent = Enumerable.Range(0, subjects.Count).ToArray();
        foreach (var same in Enumerable.Range(0, subjects.Count).GroupBy(index => Core(subjects[index].Name)).Where(group => group.Key.Length > 0))
        {
            foreach (var index in same.Skip(1))
            {
                Join(parent, same.First(), index);
            }
        }

        foreach (var design in subjects.SelectMany(subject => subject.Pictures.Keys).Distinct())
        {
            var members = Enumerable.Range(0, subjects.Count).Where(index => subjects[index].Pictures.ContainsKey(design)).ToList();
            var features = members.ConvertAll(index => Feature(subjects[index].Pictures[design]));
            var mirrored = features.ConvertAll(Mirror);
            for (var a = 0; a < members.Count; a++)
            {
                for (var b = a + 1; b < members.Count; b++)
                {
                    if (Distance(features[a], features[b]) < Alike || Distance(features[a], mirrored[b]) < Alike)
                    {
                        Join(parent, members[a], members[b]);
                    }
                }
            }
        }

        var numbers = new Dictionary<int, int>();
        return [.. Enumerable.Range(0, subjects.Count).Select(index =>
        {
            var root = Root(parent, index);
            return numbers.TryGetValue(root, out var number) ? number : numbers[root] = numbers.Count;
        })];
    }

    /// <summary>The name without words that only tell colours and persons apart; empty when nothing else is left.</summary>
    internal static string Core(string name)
    {
        var words = name.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        var core = words.Where(word => !InterchangeableWords.Contains(word)).ToList();
        return core.Count == words.Length ? name : string.Join(' ', core);
    }

    /// <summary>Opacity, and luminance less its own mean within the outline, on a small canonical square.</summary>
    private static float[] Feature(AlphaPicture picture)
    {
        var scale = (double)Side / Math.Max(picture.Width, picture.Height);
        var small = picture.Resize(Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
        var (left, top) = ((Side - small.Width) / 2, (Side - small.Height) / 2);
        var feature = new float[2 * Side * Side];
        var (sum, weight) = (0f, 1e-6f);
        for (var y = 0; y < small.Height; y++)
        {
            for (var x = 0; x < small.Width; x++)
            {
                var at = 4 * ((y * small.Width) + x);
                var place = ((top + y) * Side) + left + x;
                var alpha = small.Rgba[at + 3] / 255f;
                var luminance = ((0.299f * small.Rgba[at]) + (0.587f * small.Rgba[at + 1]) + (0.114f * small.Rgba[at + 2])) / 255f;
                feature[place] = alpha;
                feature[(Side * Side) + place] = luminance;
                sum += alpha * luminance;
                weight += alpha;
            }
        }

        for (var i = 0; i < Side * Side; i++)
        {
            feature[(Side * Side) + i] = feature[i] * (feature[(Side * Side) + i] - (sum / weight));
        }

        return feature;
    }

    private static float[] Mirror(float[] feature)
    {
        var mirrored = new float[feature.Length];
        for (var i = 0; i < feature.Length; i++)
        {
            mirrored[i] = feature[i - (i % Side) + (Side - 1 - (i % Side))];
        }

        return mirrored;
    }

    private static float Distance(float[] a, float[] b)
    {
        var (sum, area) = (0f, 0f);
        for (var i = 0; i < Side * Side; i++)
        {
            sum += Math.Abs(a[i] - b[i]) + (2 * Math.Abs(a[(Side * Side) + i] - b[(Side * Side) + i]));
            area += Math.Max(a[i], b[i]);
        }

        return sum / area / 3;
    }

    private static int Root(int[] parent, int index)
    {
        while (parent[index] != index)
        {
            index = parent[index] = parent[parent[index]];
        }

        return index;
    }

    private static void Join(int[] parent, int a, int b)
    {
        var (first, second) = (Root(parent, a), Root(parent, b));
        parent[Math.Max(first, second)] = Math.Min(first, second);
    }
}
