using System.CommandLine;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Cli.Generate;

/// <summary>Options that shape a request; those left out take the pack's defaults.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string?> _semanticImage = new("--semantic-image") { Description = "A picture whose semantics are mixed in." };
    private readonly Option<double?> _alpha = new("--alpha") { Description = "Share of what the words say against the semantic picture, 0 to 1. Default 0.5." };
    private readonly Option<int?> _count = new("--count") { Description = "Pictures, 1 to 16. Default 1." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed of the first picture; the same seed gives the same picture." };
    private readonly Option<int?> _steps = new("--steps") { Description = "Denoising steps, 1 to 150." };
    private readonly Option<int?> _width = new("--width") { Description = "Pixels." };
    private readonly Option<int?> _height = new("--height") { Description = "Pixels." };
    private readonly Option<string?> _sampler = new("--sampler") { Description = "dpmpp_2m, ddim or euler." };
    private readonly Option<string?> _guidance = new("--guidance") { Description = "joint, dual or none." };
    private readonly Option<double?> _scale = new("--guidance-scale") { Description = "Scale of joint guidance, 0 to 30." };
    private readonly Option<double?> _strength = new("--subject-strength") { Description = "How much the subject's picture counts, 0 to 2." };
    private readonly Option<string?> _format = new("--format") { Description = "png or jpeg. Default png." };
    private readonly Option<int?> _previews = new("--preview-every") { Description = "Also write unfinished pictures, every so many steps." };
    private readonly Option<bool> _noReply = new("--no-reply") { Description = "Pictures only." };
    private readonly Option<double?> _temperature = new("--temperature") { Description = "Of the reply, 0 to 2." };
    private readonly Option<double?> _copyBias = new("--copy-bias") { Description = "Of the reply, 0 to 20: how much it is drawn to go on as your words do where it repeats them." };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "Longest reply in tokens." };
    private readonly Option<ulong?> _textSeed = new("--text-seed") { Description = "Seed of the reply. Default: --seed, if given." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _semanticImage, _alpha, _count, _seed, _steps, _width, _height, _sampler, _guidance, _scale, _strength, _format, _previews,
            _noReply, _temperature, _copyBias, _maxTokens, _textSeed,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>A request of these options, without picture and text.</summary>
    public GenerateRequest Read(ParseResult result)
    {
        var request = new GenerateRequest { Options = Drawing(result), TextOptions = Text(result) };
        if (result.GetValue(_semanticImage) is { } semantic)
        {
            request.SemanticImage = ReadImage(semantic);
        }

        Set(result.GetValue(_alpha), alpha => request.Alpha = alpha);
        if (result.GetValue(_noReply))
        {
            request.Reply = false;
        }

        return request;
    }

    /// <summary>A picture's file.</summary>
    public static Image ReadImage(string path) => File.Exists(path)
        ? new Image { Data = UnsafeByteOperations.UnsafeWrap(File.ReadAllBytes(path)) }
        : throw new CliException($"There is no file {path}.");

    private DiffusionOptions Drawing(ParseResult result)
    {
        var options = new DiffusionOptions();
        Set(result.GetValue(_count), count => options.Count = count);
        Set(result.GetValue(_seed), seed => options.Seed = seed);
        Set(result.GetValue(_steps), steps => options.Steps = steps);
        Set(result.GetValue(_width), width => options.Width = width);
        Set(result.GetValue(_height), height => options.Height = height);
        Set(result.GetValue(_strength), strength => options.SubjectStrength = strength);
        Set(result.GetValue(_previews), every => options.PreviewEvery = every);
        options.Sampler = result.GetValue(_sampler) switch
        {
            null => Sampler.Unspecified,
            "dpmpp_2m" => Sampler.Dpmpp2M,
            "ddim" => Sampler.Ddim,
            "euler" => Sampler.Euler,
            var other => throw new CliException($"--sampler must be dpmpp_2m, ddim or euler, not '{other}'."),
        };
        options.Format = result.GetValue(_format) switch
        {
            null or "png" => ImageFormat.Png,
            "jpeg" or "jpg" => ImageFormat.Jpeg,
            var other => throw new CliException($"--format must be png or jpeg, not '{other}'."),
        };
        var mode = result.GetValue(_guidance) switch
        {
            null => GuidanceMode.Unspecified,
            "joint" => GuidanceMode.Joint,
            "dual" => GuidanceMode.Dual,
            "none" => GuidanceMode.None,
            var other => throw new CliException($"--guidance must be joint, dual or none, not '{other}'."),
        };
        if (mode != GuidanceMode.Unspecified || result.GetValue(_scale) is not null)
        {
            options.Guidance = new Guidance { Mode = mode };
            Set(result.GetValue(_scale), scale => options.Guidance.Scale = scale);
        }

        return options;
    }

    private TextOptions Text(ParseResult result)
    {
        var options = new TextOptions();
        Set(result.GetValue(_temperature), temperature => options.Temperature = temperature);
        Set(result.GetValue(_copyBias), bias => options.CopyBias = bias);
        Set(result.GetValue(_maxTokens), tokens => options.MaxTokens = tokens);
        Set(result.GetValue(_textSeed), seed => options.Seed = seed);
        return options;
    }

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }
    }
}
