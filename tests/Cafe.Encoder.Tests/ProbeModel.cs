using Cafe.Encoder.Model;
using Cafe.Inference.Encoding;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.Packs.Tokenizers;

namespace Cafe.Encoder.Tests;

/// <summary>The tiny pack's model, watched, held and spoiled as a test says.</summary>
public sealed class ProbeModel : IEncoderModel, IEncoderPartSource
{
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly List<int> _batches = [];
    private EncoderModel _model = null!;
    private volatile bool _counting;

    /// <summary>Called with the rows of a batch and their result.</summary>
    public Func<IReadOnlyList<IPixelRow>, float[][], float[][]> OnResult { get; set; } = (_, rows) => rows;

    public EncoderSection Section => _model.Section;

    /// <summary>Rows of each call since the service became ready.</summary>
    public IReadOnlyList<int> Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    public EncoderPart Load()
    {
        var pack = PackFolder.Open(TestPack.Folder);
        _model = EncoderModel.Load(pack, new SessionFactory(new SessionSettings { Threads = 1 }));
        return EncoderPart.From(pack.Manifest, this, "cpu");
    }

    /// <summary>From now on calls are counted: the warm-up is over.</summary>
    public void Count() => _counting = true;

    public void Hold() => _open.Reset();

    public void Release() => _open.Set();

    public float[][] EncodePictures(EncoderTower tower, IReadOnlyList<IPixelRow> pictures)
    {
        Enter(pictures.Count);
        return OnResult(pictures, _model.EncodePictures(tower, pictures));
    }

    public float[][] EncodeTexts(IReadOnlyList<ClipTokens> texts)
    {
        Enter(texts.Count);
        return _model.EncodeTexts(texts);
    }

    public ClipTokens Tokenize(string text) => _model.Tokenize(text);

    public void Dispose() => _model?.Dispose();

    private void Enter(int rows)
    {
        if (_counting)
        {
            lock (_batches)
            {
                _batches.Add(rows);
            }
        }

        _open.Wait();
    }
}
