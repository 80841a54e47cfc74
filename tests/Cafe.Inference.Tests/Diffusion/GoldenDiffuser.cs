using Cafe.Inference.Diffusion;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Modeling.Architectures;
using Cafe.Modeling.Checkpoints;
using Cafe.Modeling.Graphs;
using Cafe.Packs.Manifest;
using Cafe.Testing;

namespace Cafe.Inference.Tests.Diffusion;

/// <summary>The goldens' tiny diffuser in ONNX Runtime, with its inputs and outputs.</summary>
public sealed class GoldenDiffuser : IDisposable
{
    private readonly Checkpoint _io = Checkpoint.Open(Goldens.Path("diffuser", "io.safetensors"));

    public GoldenDiffuser()
    {
        var options = GraphOptions.For(GraphTarget.Cpu, half: false);
        var sessions = new SessionFactory(Settings);
        using var unetWeights = Checkpoint.Open(Goldens.Path("diffuser", "unet"));
        var unetConfig = UNetConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("diffuser", "unet")), unetWeights);
        var (conditioner, unet) = (UNet.BuildConditioner(unetConfig, options), UNet.Build(unetConfig, options));
        var unetSource = WeightBinding.Bind(unetWeights, [conditioner, unet], []);

        using var vaeWeights = Checkpoint.Open(Goldens.Path("diffuser", "vae"));
        var vaeConfig = AutoencoderKlConfig.From(CheckpointFolder.ReadConfig(Goldens.Path("diffuser", "vae")));
        var (encoder, decoder) = (AutoencoderKl.BuildEncoder(vaeConfig, options), AutoencoderKl.BuildDecoder(vaeConfig, options));
        var vaeSource = WeightBinding.Bind(vaeWeights.Rename(AutoencoderKl.Renames), [encoder, decoder], []);

        var section = Section(vaeConfig);
        UnetBytes = GraphWriter.ToBytes(unet, unetSource);
        Model = new DiffusionModel(
            section,
            sessions.Open("conditioner", GraphWriter.ToBytes(conditioner, unetSource)),
            sessions.Open("unet", UnetBytes),
            sessions.Open("vae_decoder", GraphWriter.ToBytes(decoder, vaeSource)));
        LatentGraphs = Modeling.Architectures.LatentGraphs.Open(sessions, section);
        Scheduler = SchedulerConfig.Parse(section.Scheduler);
    }

    /// <summary>What it was opened with.</summary>
    public static SessionSettings Settings { get; } = new() { Threads = 2 };

    public DiffusionModel Model { get; }

    public byte[] UnetBytes { get; }

    public LatentSessions LatentGraphs { get; }

    public SchedulerConfig Scheduler { get; }

    public int Pictures => (int)_io["noise"].Shape[0];

    public DenoisingEngine CreateEngine(int maxRows = 16) => new(Model, Settings, maxRows);

    /// <summary>One that keeps latents where the graphs run, as it does on a device.</summary>
    public DenoisingEngine CreateKeepingEngine(int maxRows = 16) => new(Model, Settings, maxRows, LatentGraphs);

    /// <summary>Row i of a tensor.</summary>
    public float[] Row(string name, int i)
    {
        var values = new float[_io[name].Count / _io[name].Shape[0]];
        _io[name].ReadFloats(i * values.Length, values);
        return values;
    }

    public DrawingPlan Plan(Guidance guidance, int steps = 8, int size = 32, double strength = 1, SamplerKind sampler = SamplerKind.Dpmpp2M, ConditionBranch present = ConditionBranch.Both) =>
        new(SamplerPlan.Create(sampler, Scheduler, steps), guidance, present, strength, size, size);

    /// <summary>A drawing of the goldens' conditions and noise.</summary>
    public Drawing Begin(DenoisingEngine engine, Guidance guidance, int picture) => new(
        Plan(guidance), engine.Condition(Row("semantic", picture), Row("subject", picture)), Row("noise", picture));

    public void Dispose()
    {
        Model.Dispose();
        LatentGraphs.Dispose();
        _io.Dispose();
    }

    private DiffuserSection Section(AutoencoderKlConfig vae)
    {
        var (semantic, subject) = (_io["semantic"].Shape, _io["subject"].Shape);
        return new DiffuserSection
        {
            Conditioning = new Conditioning
            {
                Kind = "cafe",
                Semantic = new ConditionTokens { Tokens = (int)semantic[1], Width = (int)semantic[2] },
                Subject = new ConditionTokens { Tokens = (int)subject[1], Width = (int)subject[2] },
            },
            Unet = "unet",
            Conditioner = "conditioner",
            VaeDecoder = "vae_decoder",
            LatentChannels = vae.LatentChannels,
            Downscale = vae.Downscale,
            ScalingFactor = vae.ScalingFactor,
            Size = new SizeLimits { DefaultWidth = 32, DefaultHeight = 32, Min = 16, Max = 64, MultipleOf = 8 },
            Scheduler = PythonJson.Parse(File.ReadAllBytes(Goldens.Path("diffuser", "scheduler", "scheduler_config.json"))),
            Defaults = new SamplingDefaults { Sampler = "dpmpp_2m", Steps = 8, Guidance = "joint", GuidanceScale = 3, SemanticScale = 3, SubjectScale = 3 },
        };
    }
}
