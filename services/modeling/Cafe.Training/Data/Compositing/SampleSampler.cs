using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Data.Compositing;

/// <summary>Draws what the n-th sample of a part shows. Depends on the seed, the part's name and n alone.</summary>
public sealed class SampleSampler
{
    private readonly IReadOnlyList<Subject> _subjects;
    private readonly CompositeOptions _options;
    private readonly ulong _seed;
    private readonly string _part;

    /// <param name="subjects">The subjects to draw from: seen or held out.</param>
    /// <param name="options">How much samples vary.</param>
    /// <param name="seed">The data set's seed.</param>
    /// <param name="part">The part's name: parts never share samples.</param>
    public SampleSampler(IReadOnlyList<Subject> subjects, CompositeOptions options, ulong seed, string part)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (subjects.Count == 0)
        {
            throw new InvalidDataException($"Part '{part}' has no subjects to draw from.");
        }

        (_subjects, _options, _seed, _part) = (subjects, options, seed, part);
    }

    /// <summary>The n-th sample.</summary>
    public SampleSpec Draw(long number)
    {
        var random = new SampleRandom(_seed, _part, number);
        var subject = random.Pick(_subjects);
        var design = random.Pick([.. subject.Pictures.Keys.Order(StringComparer.Ordinal)]);
        var colouring = random.Chance(_options.VariedShare) ? Colouring.Draw(random) : Colouring.None;
        var scene = random.Below(SceneCatalog.All.Count);
        int? accessory = random.Chance(_options.AccessoryShare) ? random.Below(AccessoryCatalog.All.Count) : null;
        int? look = random.Chance(_options.LookShare) ? random.Below(LookCatalog.All.Count) : null;
        var placement = Place(random, accessory);
        var fault = random.Chance(_options.FaultShare) ? (TeacherFault)random.Whole(1, 4) : TeacherFault.None;
        var (shownSubject, shownScene) = (subject, scene);
        if (fault == TeacherFault.WrongSubject)
        {
            shownSubject = Other(random, subject);
            fault = ReferenceEquals(shownSubject, subject) ? TeacherFault.Smeared : fault;
        }
        else if (fault == TeacherFault.WrongScene)
        {
            shownScene = (scene + random.Whole(1, SceneCatalog.All.Count - 1)) % SceneCatalog.All.Count;
        }

        return new SampleSpec(subject, design, colouring, scene, accessory, look, placement, fault, shownSubject, shownScene, random.NextBits());
    }

    private Subject Other(SampleRandom random, Subject subject)
    {
        var others = _subjects.Where(other => other.Cluster != subject.Cluster).ToList();
        return others.Count == 0 ? subject : random.Pick(others);
    }

    /// <summary>What is worn on top or held needs room: the subject is smaller and lower, or further left.</summary>
    private Placement Place(SampleRandom random, int? accessory)
    {
        var flipped = random.Chance(_options.FlippedShare);
        var degrees = random.Range(-_options.MaxDegrees, _options.MaxDegrees);
        var scale = random.Range(_options.SmallestScale, _options.LargestScale);
        if (_options.Cell > 0)
        {
            return PlaceByCells(random, accessory);
        }

        var (x, y) = (0.5f, 0.53f);
        var shrink = accessory is null ? 1f : AccessoryCatalog.All[accessory.Value] is Sunglasses or BowTie ? 0.95f : 0.76f;
        scale *= shrink;
        if (shrink < 0.9f)
        {
            y = 0.62f;
            x = AccessoryCatalog.All[accessory!.Value] is Balloon ? (flipped ? 0.62f : 0.38f) : 0.5f;
        }

        var room = _options.Spread * Math.Max(0.02f, 0.52f - (scale / 2));
        var (shiftX, shiftY) = (random.Range(-room, room), random.Range(-0.7 * room, 0.55 * room));
        return shrink < 0.9f
            ? new Placement(x + (0.35f * shiftX), y + (0.3f * shiftY), scale, degrees, flipped)
            : new Placement(x + shiftX, y + shiftY, scale, degrees, flipped);
    }

    /// <summary>As large as in the reference; as many cells from its middle as the spread allows, and away from what is worn on top or held.</summary>
    private Placement PlaceByCells(SampleRandom random, int? accessory)
    {
        var scale = (float)_options.ReferenceFill;
        var cell = _options.Cell / (float)_options.Side;
        var room = (int)((1 - scale) / 2 / cell);
        var reach = (int)Math.Round(_options.Spread * room);
        var (right, down) = (random.Whole(-reach, reach), random.Whole(0, reach));
        switch (accessory is { } worn ? AccessoryCatalog.All[worn] : null)
        {
            case Balloon:
                (right, down) = (-room, room);
                break;
            case PartyHat or Crown:
                down = room;
                break;
        }

        return new Placement(0.5f + (right * cell), 0.5f + (down * cell), scale, 0, false);
    }
}
