using Cafe.Imaging;
using Cafe.Training.Data.Accessories;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Looks;
using Cafe.Training.Data.Scenes;
using Cafe.Training.Data.Subjects;

namespace Cafe.Training.Tests.Data;

public sealed class CompositorTests
{
    private static readonly SubjectCatalog Catalog = TestSubjects.Catalog();
    private static readonly CompositeOptions Options = new() { Side = 64 };

    [Fact]
    public void Draw_Twice_GivesTheSameBytes()
    {
        var sampler = new SampleSampler(Catalog.Subjects, Options with { FaultShare = 0.5 }, 7, "part");
        for (var number = 0; number < 20; number++)
        {
            var first = new Compositor(Options).Draw(sampler.Draw(number));
            var second = new Compositor(Options).Draw(sampler.Draw(number));
            Assert.Equal(first.Target.Rgb.ToArray(), second.Target.Rgb.ToArray());
            Assert.Equal(first.Reference.Rgb.ToArray(), second.Reference.Rgb.ToArray());
            Assert.Equal(first.TargetToReference, second.TargetToReference);
        }
    }

    [Fact]
    public void Draw_InsideTheMask_TheMapLeadsToTheSameColour()
    {
        var sampler = new SampleSampler(Catalog.Subjects, Options with { Side = 128, AccessoryShare = 0, LookShare = 0 }, 3, "map");
        var (near, far) = (0, 0);
        for (var number = 0; number < 30; number++)
        {
            var composite = new Compositor(Options with { Side = 128 }).Draw(sampler.Draw(number));
            for (var y = 0; y < 128; y += 3)
            {
                for (var x = 0; x < 128; x += 3)
                {
                    var (fromX, fromY) = composite.TargetToReference.Apply(x + 0.5f, y + 0.5f);
                    if (composite.Mask[(y * 128) + x] != 255 || fromX < 0 || fromY < 0 || fromX >= 128 || fromY >= 128)
                    {
                        continue;
                    }

                    var (target, reference) = (composite.Target[x, y], composite.Reference[(int)fromX, (int)fromY]);
                    var difference = Math.Abs(target.R - reference.R) + Math.Abs(target.G - reference.G) + Math.Abs(target.B - reference.B);
                    _ = difference < 24 ? near++ : far++;
                }
            }
        }

        // Only where two of the subject's colours meet may half a pixel matter.
        Assert.True(near > 10 * far, $"{near} near, {far} far");
        Assert.True(near > 2000, $"{near} near");
    }

    [Fact]
    public void Draw_ByCells_TheMapIsAShiftByWholeCells()
    {
        var options = Options with { Side = 128, Cell = 8, ReferenceFill = 0.6875, MaxDegrees = 0, FlippedShare = 0, Spread = 0.5f };
        var sampler = new SampleSampler(Catalog.Subjects, options, 3, "cells");
        var shifts = new HashSet<(int, int)>();
        for (var number = 0; number < 60; number++)
        {
            var map = new Compositor(options).Draw(sampler.Draw(number)).TargetToReference;
            Assert.Equal((1, 0, 0, 1), (map.XX, map.XY, map.YX, map.YY));
            Assert.Equal((0, 0), (Math.Abs(map.X0 % 8), Math.Abs(map.Y0 % 8)));
            shifts.Add(((int)map.X0 / 8, (int)map.Y0 / 8));
        }

        Assert.True(shifts.Count >= 6, $"{shifts.Count} places");
        Assert.All(shifts, shift => Assert.InRange(Math.Max(Math.Abs(shift.Item1), Math.Abs(shift.Item2)), 0, 2));
    }

    [Fact]
    public void Draw_Faults_AreVisibleAndLabelled()
    {
        var sampler = new SampleSampler(Catalog.Seen, Options with { FaultShare = 1, AccessoryShare = 0, LookShare = 0 }, 5, "faults");
        var seen = new HashSet<TeacherFault>();
        for (var number = 0; number < 40; number++)
        {
            var spec = sampler.Draw(number);
            Assert.NotEqual(TeacherFault.None, spec.Fault);
            Assert.Equal(spec.Fault == TeacherFault.WrongSubject, spec.ShownSubject != spec.Subject);
            Assert.Equal(spec.Fault == TeacherFault.WrongScene, spec.ShownScene != spec.Scene);
            var faulty = new Compositor(Options).Draw(spec);
            var right = new Compositor(Options).Draw(spec with { Fault = TeacherFault.None, ShownSubject = spec.Subject, ShownScene = spec.Scene });
            Assert.NotEqual(right.Target.Rgb.ToArray(), faulty.Target.Rgb.ToArray());
            Assert.Equal(right.Reference.Rgb.ToArray(), faulty.Reference.Rgb.ToArray());
            seen.Add(spec.Fault);
        }

        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Draw_FaultShareOfAThird_IsAboutAThird()
    {
        var sampler = new SampleSampler(Catalog.Seen, Options with { FaultShare = 1.0 / 3 }, 5, "share");
        Assert.InRange(Enumerable.Range(0, 3000).Count(number => sampler.Draw(number).Fault != TeacherFault.None), 900, 1100);
    }

    [Fact]
    public void Scenes_AtLeastTwelve_EachVariesAndDiffersFromTheOthers()
    {
        Assert.True(SceneCatalog.All.Count >= 12);
        Assert.Equal(SceneCatalog.All.Count, SceneCatalog.All.Select(scene => scene.Name).Distinct().Count());
        var spec = new SampleSampler(Catalog.Subjects, Options with { AccessoryShare = 0, LookShare = 0 }, 1, "scenes").Draw(0);
        for (var scene = 0; scene < SceneCatalog.All.Count; scene++)
        {
            var pictures = Enumerable.Range(0, 4)
                .Select(variation => new Compositor(Options).Draw(spec with { Scene = scene, ShownScene = scene, PaintSeed = (ulong)variation }).Target).ToList();
            for (var i = 1; i < pictures.Count; i++)
            {
                Assert.True(Difference(pictures[0], pictures[i]) > 4, $"{SceneCatalog.All[scene].Name}: variations {0} and {i} hardly differ");
            }
        }
    }

    [Fact]
    public void AccessoriesAndLooks_EverySceneAndEachOfThem_ShowsInThePicture()
    {
        Assert.True(AccessoryCatalog.All.Count >= 4);
        Assert.True(LookCatalog.All.Count >= 3);
        var spec = new SampleSampler(Catalog.Subjects, Options with { AccessoryShare = 0, LookShare = 0 }, 1, "worn").Draw(0) with { Placement = new Placement(0.5f, 0.6f, 0.5f, 0, false) };
        for (var scene = 0; scene < SceneCatalog.All.Count; scene++)
        {
            var plain = new Compositor(Options).Draw(spec with { Scene = scene, ShownScene = scene });
            for (var accessory = 0; accessory < AccessoryCatalog.All.Count; accessory++)
            {
                Assert.True(Changed(plain.Target, new Compositor(Options).Draw(spec with { Scene = scene, ShownScene = scene, Accessory = accessory }).Target) > 40, AccessoryCatalog.All[accessory].Name);
            }

            for (var look = 0; look < LookCatalog.All.Count; look++)
            {
                Assert.True(Difference(plain.Target, new Compositor(Options).Draw(spec with { Scene = scene, ShownScene = scene, Look = look }).Target) > 1, LookCatalog.All[look].Name);
            }
        }
    }

    [Fact]
    public void Draw_Accessory_WornIsWhereItShowsAndTheMaskIsWhereItDoesNot()
    {
        var spec = new SampleSampler(Catalog.Subjects, Options with { AccessoryShare = 0, LookShare = 0 }, 1, "worn").Draw(0) with { Placement = new Placement(0.5f, 0.6f, 0.5f, 0, false) };
        var bare = new Compositor(Options).Draw(spec);
        Assert.All(bare.Worn, covered => Assert.Equal(0, covered));
        for (var accessory = 0; accessory < AccessoryCatalog.All.Count; accessory++)
        {
            var dressed = new Compositor(Options).Draw(spec with { Accessory = accessory });
            for (var pixel = 0; pixel < bare.Worn.Length; pixel++)
            {
                var isTheSame = bare.Target.Rgb.Slice(3 * pixel, 3).SequenceEqual(dressed.Target.Rgb.Slice(3 * pixel, 3));
                Assert.Equal(isTheSame ? 0 : 255, dressed.Worn[pixel]);
                Assert.Equal(isTheSame ? bare.Mask[pixel] : 0, dressed.Mask[pixel]);
            }

            // A look changes every pixel, yet not what is worn.
            Assert.Equal(dressed.Worn, new Compositor(Options).Draw(spec with { Accessory = accessory, Look = 0 }).Worn);
        }
    }

    [Fact]
    public void Validate_ScaleAboveOne_NamesTheOption() =>
        Assert.Equal("LargestScale", Assert.Throws<ArgumentOutOfRangeException>(() => (Options with { LargestScale = 1.5f }).Validate()).ParamName);

    [Fact]
    public void Validate_TurnedByCells_NamesTheOption() =>
        Assert.Equal("MaxDegrees", Assert.Throws<ArgumentOutOfRangeException>(() => (Options with { Cell = 8 }).Validate()).ParamName);

    private static int Changed(Picture a, Picture b) => Enumerable.Range(0, a.Width * a.Height).Count(pixel =>
        Math.Abs(a.Rgb[3 * pixel] - b.Rgb[3 * pixel]) + Math.Abs(a.Rgb[(3 * pixel) + 1] - b.Rgb[(3 * pixel) + 1]) + Math.Abs(a.Rgb[(3 * pixel) + 2] - b.Rgb[(3 * pixel) + 2]) > 40);

    private static double Difference(Picture a, Picture b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Rgb.Length; i++)
        {
            sum += Math.Abs(a.Rgb[i] - b.Rgb[i]);
        }

        return (double)sum / a.Rgb.Length;
    }
}
