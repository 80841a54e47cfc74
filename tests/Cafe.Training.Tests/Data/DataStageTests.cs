using System.Runtime.InteropServices;
using System.Text.Json;
using Cafe.Imaging.Encoding;
using Cafe.Training.Conversations;
using Cafe.Training.Data;
using Cafe.Training.Data.Compositing;
using Cafe.Training.Data.Samples;
using Cafe.Training.Samples;

namespace Cafe.Training.Tests.Data;

public sealed class DataStageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cafe-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task RunAsync_FolderOfCutOuts_MakesStoresSheetsAndWordsOnce()
    {
        var pictures = Path.Combine(_folder, "pictures");
        Directory.CreateDirectory(pictures);
        for (var number = 0; number < 16; number++)
        {
            File.WriteAllBytes(Path.Combine(pictures, $"thing_{(char)('a' + number)}{(char)('a' + number)}.png"), PngEncoder.Encode(TestSubjects.Draw(number, 0, 30 + number, 50)));
        }

        var options = new DataOptions
        {
            Noto = null, EmojiTest = null, CutOuts = [pictures], CutOutLicence = "CC0-1.0", HeldOutShare = 0.3, Side = 32,
            Parts = [new DataPart("train", 9, HeldOut: false, new CompositeOptions()), new DataPart("heldout", 5, HeldOut: true, new CompositeOptions())],
        };
        var output = Path.Combine(_folder, "data");
        var written = await RunAsync();
        Assert.Contains("train 9/9", written);

        using (var store = TensorStore.Open(Path.Combine(output, "train")))
        {
            Assert.Equal(9, store.Count);
            var catalog = new DataStage(options, output).ReadCatalog();
            var sampler = new SampleSampler(catalog.Seen, new CompositeOptions { Side = 32 }, options.Seed, "train");
            var spec = sampler.Draw(4);
            var composite = new Compositor(new CompositeOptions { Side = 32 }).Draw(spec);
            var target = new byte[3 * 32 * 32];
            store.Read(store.Field(SampleFields.Target), 4, target);
            Assert.Equal(CompositeStore.Planes(composite.Target), target);
            Assert.Equal(spec.Subject.Index, Number(store, SampleFields.Subject, 4));
            Assert.Equal(spec.Scene, Number(store, SampleFields.Scene, 4));
            var affine = new float[6];
            store.Read(store.Field(SampleFields.Affine), 4, MemoryMarshal.AsBytes(affine.AsSpan()));
            Assert.Equal(composite.TargetToReference.YY, affine[4]);
            Assert.All(Enumerable.Range(0, 9), row => Assert.False(catalog.Subjects[Number(store, SampleFields.Subject, row)].HeldOut));
        }

        Assert.Equal(9, ConversationFile.Read(Path.Combine(output, "train", "conversations.jsonl")).Count());
        Assert.True(File.Exists(Path.Combine(output, "sheets", "scenes.png")));
        Assert.True(File.Exists(Path.Combine(output, "sheets", "part-heldout.png")));
        Assert.Contains("CC0-1.0", await File.ReadAllTextAsync(Path.Combine(output, "credits.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var subjects = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(output, "subjects.json"), TestContext.Current.CancellationToken));
        Assert.Equal(16, subjects.RootElement.GetArrayLength());

        // Again: nothing is drawn anew.
        var made = File.GetLastWriteTimeUtc(Path.Combine(output, "train", "target.bin"));
        await RunAsync();
        Assert.Equal(made, File.GetLastWriteTimeUtc(Path.Combine(output, "train", "target.bin")));

        async Task<List<string>> RunAsync()
        {
            var reports = new List<string>();
            await new DataStage(options, output).RunAsync(new GrammarWriter(), (name, done, of) => reports.Add($"{name} {done}/{of}"), TestContext.Current.CancellationToken);
            return reports;
        }
    }

    [Fact]
    public void ReadCatalog_NoSource_SaysWhatToName() =>
        Assert.Throws<InvalidDataException>(() => new DataStage(new DataOptions { Noto = null }, _folder).ReadCatalog());

    private static int Number(TensorStore store, string field, long row)
    {
        var bytes = new byte[4];
        store.Read(store.Field(field), row, bytes);
        return BitConverter.ToInt32(bytes);
    }
}
