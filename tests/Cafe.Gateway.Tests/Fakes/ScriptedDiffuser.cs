using System.Collections.Concurrent;
using Cafe.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Fakes;

/// <summary>
/// A diffuser whose pictures are a function of their seeds. Picture k ends after (k + 1) * Steps steps.
/// <see cref="BeforeStep"/> can fail or hold a call at a step.
/// </summary>
public sealed class ScriptedDiffuser : DiffuserService.DiffuserServiceBase
{
    private int _begun;

    public ConcurrentQueue<DiffuserServiceGenerateRequest> Requests { get; } = new();

    public int Steps { get; set; } = 4;

    /// <summary>Runs before step s (from 1, over all pictures) of call n (from 1).</summary>
    public Func<int, int, ServerCallContext, Task> BeforeStep { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>A drawing of this seed is accepted and then held until its call is cancelled, whichever call it is.</summary>
    public ulong? HeldSeed { get; set; }

    public Func<int, DiffuserServiceGenerateRequest, Task> BeforeCall { get; set; } = (_, _) => Task.CompletedTask;

    public string Fingerprint { get; set; } = "diffuser-1";

    public string Provider { get; set; } = "cpu";

    public string Precision { get; set; } = "fp32";

    /// <summary>The encoder of its pack; null: it takes any.</summary>
    public string? EncoderFingerprint { get; set; }

    /// <summary>The assistant of its pack; null: it takes any.</summary>
    public string? AssistantFingerprint { get; set; }

    /// <summary>Drawings begun: conditions were taken.</summary>
    public int Begun => _begun;

    public int PictureBytes { get; set; } = 64;

    /// <summary>The picture of a seed, instead of <see cref="Picture"/>.</summary>
    public Func<ulong, byte[]>? Draw { get; set; }

    public static byte[] Picture(ulong seed, int length = 64) => [.. Enumerable.Range(0, length).Select(at => (byte)(seed * 7 + (ulong)at))];

    public override async Task Generate(DiffuserServiceGenerateRequest request, IServerStreamWriter<DiffuserServiceGenerateResponse> responseStream, ServerCallContext context)
    {
        Requests.Enqueue(request);
        var call = Requests.Count;
        await BeforeCall(call, request);
        Fingerprints.Check(request.Subject, "subject", EncoderFingerprint);
        Fingerprints.Check(request.Semantic, "semantic", AssistantFingerprint);
        Interlocked.Increment(ref _begun);
        var count = request.Options.HasCount ? request.Options.Count : 1;
        await responseStream.WriteAsync(new DiffuserServiceGenerateResponse
        {
            Accepted = new DiffusionAccepted { Seed = request.Options.Seed, Options = request.Options, Provenance = Provenances.Of(Fingerprint, Provider, Precision) },
        });
        if (request.Options.Seed == HeldSeed)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        for (var index = 0; index < count; index++)
        {
            for (var step = 1; step <= Steps; step++)
            {
                await BeforeStep(call, (index * Steps) + step, context);
                await responseStream.WriteAsync(new DiffuserServiceGenerateResponse
                {
                    Progress = new DiffusionProgress { Step = (index * Steps) + step, Steps = count * Steps, SecondsLeft = 1 },
                });
                if (request.Options.PreviewEvery > 0 && step % request.Options.PreviewEvery == 0)
                {
                    await responseStream.WriteAsync(new DiffuserServiceGenerateResponse
                    {
                        Preview = new GeneratedImage { Index = index, Step = step, Data = ByteString.CopyFrom([1, 2, 3]), Seed = request.Options.Seed + (ulong)index },
                    });
                }
            }

            var seed = unchecked(request.Options.Seed + (ulong)index);
            await responseStream.WriteAsync(new DiffuserServiceGenerateResponse
            {
                Image = new GeneratedImage
                {
                    Index = index,
                    Seed = seed,
                    Data = ByteString.CopyFrom(Draw?.Invoke(seed) ?? Picture(seed, PictureBytes)),
                    Format = ImageFormat.Png,
                    Width = 8,
                    Height = 8,
                    FinishReason = ImageFinishReason.Completed,
                },
            });
        }

        await responseStream.WriteAsync(new DiffuserServiceGenerateResponse
        {
            Summary = new DiffusionSummary { DenoiseSeconds = 0.1, UnetRows = Steps * count * 2, Provenance = Provenances.Of(Fingerprint, Provider, Precision) },
        });
    }

    public override Task<GetDiffuserInfoResponse> GetDiffuserInfo(GetDiffuserInfoRequest request, ServerCallContext context) => Task.FromResult(
        new GetDiffuserInfoResponse
        {
            Provenance = Provenances.Of(Fingerprint, Provider, Precision),
            Defaults = new DiffusionOptions { Steps = Steps, Width = 8, Height = 8 },
            MinSize = 8,
            MaxSize = 64,
            SizeMultiple = 8,
        });
}
