using System.Diagnostics;
using Cafe.Diffuser.Model;
using Cafe.Embeddings.Values;
using Cafe.Imaging;
using Cafe.Imaging.Decoding;
using Cafe.Imaging.Encoding;
using Cafe.Inference.Samplers;
using Cafe.Inference.Sessions;
using Cafe.Packs.Manifest;
using Cafe.ServiceDefaults;
using Cafe.ServiceDefaults.Errors;
using Cafe.ServiceDefaults.Health;
using Cafe.Testing;
using Cafe.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Cafe.Diffuser.Tests.Serving;

public sealed class DiffuserFacadeTests(TinyPack pack) : IClassFixture<TinyPack>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DiffuserServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await DiffuserServer.Start(pack.Path);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Generate_OneRequest_AcceptedProgressPreviewsPicturesSummary()
    {
        var request = Request(steps: 4, count: 2, seed: 40);
        request.Options.PreviewEvery = 2;

        var events = await Run(request);

        var accepted = events[0].Accepted;
        Assert.Equal((40UL, 4, 2), (accepted.Seed, accepted.Options.Steps, accepted.Options.Count));
        Assert.Equal(pack.Manifest.Diffuser.Size.DefaultWidth, accepted.Options.Width);
        Assert.Equal(("cpu", pack.Manifest.Parts.Diffuser.Fingerprint), (accepted.Provenance.Provider, accepted.Provenance.PartFingerprint));
        var images = Images(events);
        Assert.Equal([40UL, 41UL], images.Select(image => image.Seed));
        Assert.All(images, image => Assert.Equal(ImageFinishReason.Completed, image.FinishReason));
        var picture = PictureDecoder.Decode(images[0].Data.ToByteArray(), new ImageLimits(), Rgb.White);
        Assert.Equal((accepted.Options.Width, accepted.Options.Height), (picture.Width, picture.Height));
        Assert.NotEqual(images[0].Data, images[1].Data);
        var steps = events.Where(item => item.Progress is not null).Select(item => item.Progress.Step).ToList();
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(8, steps[^1]);
        Assert.All(events.Where(item => item.Preview is not null), item => Assert.True(item.Preview.Data.Length > 0));
        Assert.Equal(DiffuserServiceGenerateResponse.EventOneofCase.Summary, events[^1].EventCase);
        Assert.Equal(16, events[^1].Summary.UnetRows);
    }

    [Fact]
    public async Task Generate_ManyFastSteps_ProgressIsToldTenTimesASecondAtMost()
    {
        var begun = Stopwatch.GetTimestamp();

        var events = await Run(Request(steps: 100, count: 1, seed: 1));

        var steps = events.Where(item => item.Progress is not null).Select(item => item.Progress.Step).ToList();
        Assert.Equal((1, 100), (steps[0], steps[^1]));
        Assert.InRange(steps.Count, 2, 2 + (10 * Stopwatch.GetElapsedTime(begun).TotalSeconds));
    }

    [Fact]
    public async Task Generate_ManyAtOnce_EveryPictureIsTheOneItIsAlone()
    {
        var requests = Enumerable.Range(0, 6).Select(i => Request(steps: 2 + (i % 4), count: 1 + (i % 3), seed: (ulong)(10 * i), scale: 1 + i)).ToList();
        var together = await Task.WhenAll(requests.Select(Run));
        for (var i = 0; i < requests.Count; i++)
        {
            foreach (var image in Images(together[i]))
            {
                var alone = requests[i].Clone();
                (alone.Options.Count, alone.Options.Seed) = (1, image.Seed);
                Assert.Equal(Images(await Run(alone))[0].Data, image.Data);
            }
        }
    }

    [Fact]
    public async Task Generate_SeedAtTheEnd_WrapsAround() =>
        Assert.Equal([ulong.MaxValue, 0UL], Images(await Run(Request(steps: 2, count: 2, seed: ulong.MaxValue))).Select(image => image.Seed));

    [Fact]
    public async Task Generate_Png_TellsWhatMadeItUnlessAskedNotTo()
    {
        var request = Request(steps: 2, count: 2, seed: 5);
        var text = PngText.Read(Images(await Run(request))[1].Data.Span);
        Assert.Contains("\"seed\":\"6\"", text["cafe"]);
        Assert.Contains(pack.Manifest.Parts.Diffuser.Fingerprint, text["cafe"]);
        request.Options.OmitMetadata = true;
        Assert.Empty(PngText.Read(Images(await Run(request))[1].Data.Span));
    }

    [Fact]
    public async Task Generate_Jpeg_IsOne()
    {
        var request = Request(steps: 2);
        request.Options.Format = ImageFormat.Jpeg;
        var image = Images(await Run(request))[0];
        Assert.Equal((ImageFormat.Jpeg, 0xFF, 0xD8), (image.Format, image.Data[0], image.Data[1]));
    }

    [Fact]
    public async Task Generate_AlphaAtItsEnds_IsOneOfTheEmbeddingsAlone()
    {
        var request = Request(steps: 2, seed: 1);
        request.ReferenceSemantic = Semantic(seed: 77);
        request.Alpha = 1;
        Assert.Equal(Images(await Run(Request(steps: 2, seed: 1)))[0].Data, Images(await Run(request))[0].Data);

        request.Alpha = 0;
        request.Semantic = null;
        var reference = Request(steps: 2, seed: 1);
        reference.Semantic = Semantic(seed: 77);
        Assert.Equal(Images(await Run(reference))[0].Data, Images(await Run(request))[0].Data);
    }

    [Fact]
    public async Task Generate_OneConditionAbsent_StillDraws()
    {
        var request = Request(steps: 2);
        request.Subject = null;
        Assert.Single(Images(await Run(request)));
        request = Request(steps: 2);
        request.Semantic = null;
        request.Options.Guidance.Mode = GuidanceMode.Dual;
        Assert.Single(Images(await Run(request)));
    }

    private static readonly (string Field, Action<DiffuserServiceGenerateRequest> Spoil)[] Hostile =
    [
        ("semantic", request => (request.Semantic, request.Subject) = (null, null)),
        ("semantic.tensor.shape", request => request.Semantic.Tensor.Shape[0]++),
        ("semantic.tensor.data", request => request.Semantic.Tensor.Data = ByteString.Empty),
        ("semantic.tensor.data_type", request => request.Semantic.Tensor.DataType = DataType.Unspecified),
        ("subject.tensor.data", request => request.Subject.Tensor.Data = ByteString.CopyFrom(Enumerable.Repeat((byte)0xFF, request.Subject.Tensor.Data.Length).ToArray())),
        ("subject", request => request.Subject = new Embedding()),
        ("alpha", request => (request.ReferenceSemantic, request.Alpha) = (request.Semantic, 1.5)),
        ("alpha", request => (request.ReferenceSemantic, request.Alpha) = (request.Semantic, double.NaN)),
        ("semantic", request => (request.ReferenceSemantic, request.Semantic, request.Alpha) = (request.Semantic, null, 0.5)),
        ("options.count", request => request.Options.Count = 17),
        ("options.steps", request => request.Options.Steps = 0),
        ("options.steps", request => request.Options.Steps = 151),
        ("options.width", request => request.Options.Width = 1 << 20),
        ("options.height", request => request.Options.Height = request.Options.Height + 1),
        ("options.sampler", request => request.Options.Sampler = (Sampler)9),
        ("options.format", request => request.Options.Format = (ImageFormat)9),
        ("options.quality", request => request.Options.Quality = 101),
        ("options.preview_every", request => request.Options.PreviewEvery = -1),
        ("options.subject_strength", request => request.Options.SubjectStrength = double.PositiveInfinity),
        ("options.guidance.mode", request => request.Options.Guidance.Mode = (GuidanceMode)9),
        ("options.guidance.scale", request => request.Options.Guidance.Scale = 31),
        ("options.guidance.interval_end", request => (request.Options.Guidance.IntervalStart, request.Options.Guidance.IntervalEnd) = (0.5, 0.4)),
        ("priority", request => request.Priority = (Priority)9),
        ("tenant", request => request.Tenant = new string('x', 10_000)),
        ("subject.reference.digest", request => request.Subject = new Embedding { Reference = new EmbeddingReference { Kind = EmbeddingKind.Subject, EncoderFingerprint = new string('a', 64), Digest = ByteString.CopyFromUtf8("short") } }),
    ];

    [Fact]
    public async Task Generate_HostileRequests_AreRefusedByNameAndNeighboursAreUnharmed()
    {
        var neighbour = Run(Request(steps: 8, seed: 3));
        foreach (var (field, spoil) in Hostile)
        {
            var request = Request(steps: 2);
            request.Options.Height = pack.Manifest.Diffuser.Size.DefaultHeight;
            spoil(request);
            var error = await Assert.ThrowsAsync<RpcException>(() => Run(request));
            Assert.Equal((field, StatusCode.InvalidArgument), (field, error.StatusCode));
            var violations = error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations;
            Assert.Contains(violations, violation => violation.Field == field);
        }

        Assert.Equal(Images(await Run(Request(steps: 8, seed: 3)))[0].Data, Images(await neighbour)[0].Data);
    }

    [Fact]
    public async Task Generate_ReferenceOfAnotherEncoder_IsAFailedPrecondition()
    {
        var request = Request(steps: 2);
        request.Subject = Reference(new string('a', 64));
        Assert.Equal(StatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => Run(request))).StatusCode);
        request.Subject = Reference(pack.Manifest.Parts.Encoder.Fingerprint);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Run(request))).StatusCode);
    }

    [Fact]
    public async Task Generate_CancelledAtRandomMoments_LeavesNothing()
    {
        var random = new Random(3);
        await Parallel.ForEachAsync(Enumerable.Range(0, Counts.Of(1_000)).Select(i => (i, delay: random.Next(0, 60))), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (item, cancel) =>
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            using var call = _server.Client.Generate(Request(steps: 150, count: 4, seed: (ulong)item.i), cancellationToken: leave.Token);
            leave.CancelAfter(item.delay);
            await Assert.ThrowsAsync<RpcException>(async () =>
            {
                await foreach (var _ in call.ResponseStream.ReadAllAsync(CancellationToken.None))
                {
                }
            });
        });

        var scheduler = _server.App.Services.GetRequiredService<DiffuserState>().Scheduler;
        while (scheduler.Active + scheduler.Waiting > 0)
        {
            await Task.Delay(10, Cancel); // the last step of the last one
        }

        Assert.Single(Images(await Run(Request(steps: 2))));
        var metrics = await _server.Metrics();
        var cancelled = Metric("cafe_cancelled_total");
        Assert.InRange(cancelled, 1, Counts.Of(1_000));
        Assert.InRange(Metric("cafe_steps_after_cancel_total"), 0, cancelled);
        Assert.Equal((0, 0), (Metric("cafe_conditions_live"), Metric("cafe_failed_total")));

        int Metric(string name) => int.Parse(metrics.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Generate_DeadlineTooShort_IsDeadlineExceeded()
    {
        using var call = _server.Client.Generate(Request(steps: 150, count: 16), deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Cancel);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(Cancel))
            {
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Generate_QueueIsFull_IsRefusedAtOnceWithADelay()
    {
        await using var server = await DiffuserServer.Start(pack.Path, null, "--Diffuser:QueueCapacity=2", "--Diffuser:MaxActive=1");
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var calls = new List<AsyncServerStreamingCall<DiffuserServiceGenerateResponse>>();
        RpcException? refused = null;
        for (var i = 0; i < 8 && refused is null; i++)
        {
            var call = server.Client.Generate(Request(steps: 150, count: 16), cancellationToken: leave.Token);
            calls.Add(call);
            try
            {
                Assert.True(await call.ResponseStream.MoveNext(Cancel));
                Assert.NotNull(call.ResponseStream.Current.Accepted);
            }
            catch (RpcException error)
            {
                refused = error;
            }
        }

        Assert.Equal(StatusCode.ResourceExhausted, refused?.StatusCode);
        Assert.True(refused!.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.True(await calls[1].ResponseStream.MoveNext(Cancel));
        Assert.NotNull(calls[1].ResponseStream.Current.Queued);
        await leave.CancelAsync();
    }

    /// <summary>Ten times what fits: as many as the queue holds are taken and drawn, the rest is refused while the first still runs.</summary>
    [Fact]
    public async Task Generate_TenTimesOverload_ServesWhatItTook()
    {
        const int Capacity = 4;
        await using var server = await DiffuserServer.Start(pack.Path, null, $"--Diffuser:QueueCapacity={Capacity}", "--Diffuser:MaxActive=1");
        var scheduler = server.App.Services.GetRequiredService<DiffuserState>().Scheduler;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var running = server.Client.Generate(Request(steps: 150, count: 16), cancellationToken: leave.Token);
        while (scheduler.Active == 0)
        {
            await Task.Delay(5, Cancel);
        }

        var (drawn, refused) = (0, 0);
        var everyoneElse = Task.WhenAll(Enumerable.Range(0, 10 * Capacity).Select(async i =>
        {
            try
            {
                using var call = server.Client.Generate(Request(steps: 4, seed: (ulong)i), cancellationToken: Cancel);
                await foreach (var item in call.ResponseStream.ReadAllAsync(Cancel))
                {
                    Interlocked.Add(ref drawn, item.EventCase == DiffuserServiceGenerateResponse.EventOneofCase.Summary ? 1 : 0);
                }
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
            {
                Interlocked.Increment(ref refused);
            }
        }));
        while (Volatile.Read(ref refused) < 9 * Capacity)
        {
            await Task.Delay(5, Cancel);
        }

        Assert.Equal((1, Capacity, 0), (scheduler.Active, scheduler.Waiting, Volatile.Read(ref drawn)));
        await leave.CancelAsync();
        await everyoneElse;
        Assert.Equal((Capacity, 9 * Capacity), (drawn, refused));
        var metrics = await server.Metrics();
        Assert.Contains($"cafe_pictures_total {drawn}", metrics);
        Assert.Contains($"cafe_rejected_total{{reason=\"QueueFull\"}} {refused}", metrics);
    }

    [Fact]
    public async Task Generate_DeadlineInTheQueue_EndsTheCallAndFreesThePlace()
    {
        await using var server = await DiffuserServer.Start(pack.Path, null, "--Diffuser:MaxActive=1");
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var running = server.Client.Generate(Request(steps: 150, count: 16), cancellationToken: leave.Token);
        Assert.True(await running.ResponseStream.MoveNext(Cancel));
        using var waiting = server.Client.Generate(Request(steps: 150, count: 16), deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: Cancel);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in waiting.ResponseStream.ReadAllAsync(Cancel))
            {
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        var scheduler = server.App.Services.GetRequiredService<DiffuserState>().Scheduler;
        while (scheduler.Waiting > 0)
        {
            await Task.Delay(10, Cancel);
        }

        await leave.CancelAsync();
    }

    [Fact]
    public async Task Generate_DeadlinePassesInTheQueueAndInTheWork_ErrorHasItsReasonAndSaysWhere()
    {
        var time = new AheadTime();
        await using var server = await DiffuserServer.Start(pack.Path, services => services.AddSingleton<TimeProvider>(time), "--Diffuser:MaxActive=1");
        var scheduler = server.App.Services.GetRequiredService<DiffuserState>().Scheduler;
        using var running = server.Client.Generate(Request(steps: 150, count: 16), deadline: DateTime.UtcNow.AddMinutes(5), cancellationToken: Cancel);
        while (scheduler.Active == 0)
        {
            await Task.Delay(5, Cancel);
        }

        using var waiting = server.Client.Generate(Request(steps: 150, count: 16), deadline: DateTime.UtcNow.AddMinutes(5), cancellationToken: Cancel);
        while (scheduler.Waiting == 0)
        {
            await Task.Delay(5, Cancel);
        }

        time.Pass(TimeSpan.FromMinutes(6)); // of the service alone: the callers still listen

        foreach (var (call, where) in new[] { (running, "while the pictures were drawn"), (waiting, "while the request waited") })
        {
            var error = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                await foreach (var _ in call.ResponseStream.ReadAllAsync(Cancel))
                {
                }
            });
            Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
            Assert.Contains(where, error.Status.Detail, StringComparison.Ordinal);
            var info = error.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
            Assert.Equal((ErrorReasons.Domain, ErrorReasons.DeadlineExpired), (info.Domain, info.Reason));
            Assert.NotEmpty(error.GetRpcStatus()!.GetDetail<RequestInfo>()!.RequestId);
        }
    }

    [Fact]
    public async Task StopAsync_WorkRuns_FinishesIt()
    {
        await using var server = await DiffuserServer.Start(pack.Path);
        var call = server.Client.Generate(Request(steps: 20), cancellationToken: Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        var stopped = server.App.StopAsync(Cancel);
        var last = DiffuserServiceGenerateResponse.EventOneofCase.None;
        await foreach (var item in call.ResponseStream.ReadAllAsync(Cancel))
        {
            last = item.EventCase;
        }

        Assert.Equal(DiffuserServiceGenerateResponse.EventOneofCase.Summary, last);
        await stopped;
    }

    [Fact]
    public async Task Start_PackIsNotThere_NeverReadyAndOneLineSaysWhy()
    {
        await using var server = await DiffuserServer.Start(Path.Combine(pack.Path, "nothing"));
        var status = await server.Settled();
        Assert.Equal(ReadinessState.Broken, status.State);
        Assert.Contains("nothing", status.Reason);
        Assert.DoesNotContain('\n', status.Reason);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Client.GetDiffuserInfoAsync(new GetDiffuserInfoRequest(), cancellationToken: Cancel))).StatusCode);
    }

    [Fact]
    public async Task Generate_ModelFailsAgainAndAgain_HealthSaysSoAndAsksForARestart()
    {
        await using var server = await DiffuserServer.Start(
            pack.Path,
            services => services.AddSingleton<PackDiffuserPartSource>().AddSingleton<FailingDiffuser>().AddSingleton<IDiffuserPartSource>(provider => provider.GetRequiredService<FailingDiffuser>()));
        var model = server.App.Services.GetRequiredService<FailingDiffuser>();
        using var channel = GrpcChannel.ForAddress(server.App.CafeAddresses().Health);
        var health = new Health.HealthClient(channel);

        model.Failure = new DeviceMemoryException("full", new OutOfMemoryException());
        for (var i = 0; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal(StatusCode.ResourceExhausted, await Draw());
        }

        model.Failure = new InvalidOperationException("device lost");
        for (var i = 1; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal(StatusCode.Internal, await Draw());
        }

        model.Failure = null;
        Assert.Equal(StatusCode.OK, await Draw());
        model.Failure = new InvalidOperationException("device lost");
        for (var i = 0; i < ModelHealth.FailuresThatBreak; i++)
        {
            Assert.Equal((HealthCheckResponse.Types.ServingStatus.Serving, HealthCheckResponse.Types.ServingStatus.Serving), (await Says(""), await Says("liveness")));
            Assert.Equal(StatusCode.Internal, await Draw());
        }

        Assert.Equal((HealthCheckResponse.Types.ServingStatus.NotServing, HealthCheckResponse.Types.ServingStatus.NotServing), (await Says(""), await Says("liveness")));
        Assert.Equal(StatusCode.Unavailable, await Draw());

        async Task<HealthCheckResponse.Types.ServingStatus> Says(string service) =>
            (await health.CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Cancel)).Status;

        async Task<StatusCode> Draw()
        {
            try
            {
                using var call = server.Client.Generate(Request(steps: 1), cancellationToken: Cancel);
                await foreach (var _ in call.ResponseStream.ReadAllAsync(Cancel))
                {
                }

                return call.GetStatus().StatusCode;
            }
            catch (RpcException error)
            {
                return error.StatusCode;
            }
        }
    }

    [Fact]
    public async Task GetDiffuserInfo_TinyPack_SaysWhatItServes()
    {
        var info = await _server.Client.GetDiffuserInfoAsync(new GetDiffuserInfoRequest(), cancellationToken: Cancel);
        var section = pack.Manifest.Diffuser;
        Assert.Equal((section.Size.Min, section.Size.Max, section.Size.MultipleOf), (info.MinSize, info.MaxSize, info.SizeMultiple));
        Assert.Equal([section.Conditioning.Subject.Tokens, section.Conditioning.Subject.Width], info.SubjectShape);
        Assert.Equal((section.Defaults.Steps, Sampler.Dpmpp2M), (info.Defaults.Steps, info.Defaults.Sampler));
        Assert.False(info.Defaults.HasSeed);
    }

    private static List<GeneratedImage> Images(List<DiffuserServiceGenerateResponse> events) =>
        [.. events.Where(item => item.Image is not null).Select(item => item.Image)];

    private async Task<List<DiffuserServiceGenerateResponse>> Run(DiffuserServiceGenerateRequest request)
    {
        using var call = _server.Client.Generate(request, cancellationToken: Cancel);
        var events = new List<DiffuserServiceGenerateResponse>();
        await foreach (var item in call.ResponseStream.ReadAllAsync(Cancel))
        {
            events.Add(item);
        }

        return events;
    }

    private DiffuserServiceGenerateRequest Request(int steps, int count = 1, ulong seed = 0, double scale = 3)
    {
        var subject = pack.Manifest.Diffuser.Conditioning.Subject;
        return new DiffuserServiceGenerateRequest
        {
            Semantic = Semantic(1),
            Subject = Noise(2, subject.Tokens, subject.Width),
            Options = new DiffusionOptions { Steps = steps, Count = count, Seed = seed, Guidance = new Guidance { Mode = GuidanceMode.Joint, Scale = scale } },
        };
    }

    private Embedding Semantic(ulong seed) => Noise(seed, pack.Manifest.Diffuser.Conditioning.Semantic.Width);

    private static Embedding Noise(ulong seed, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, length) => product * length)];
        SeededNoise.Fill(seed, values);
        return new Embedding { Tensor = TensorMessages.Float32(shape, values) };
    }

    private static Embedding Reference(string fingerprint) => new()
    {
        Reference = new EmbeddingReference { Kind = EmbeddingKind.Subject, EncoderFingerprint = fingerprint, Digest = ByteString.CopyFrom(new byte[32]) },
    };
}
