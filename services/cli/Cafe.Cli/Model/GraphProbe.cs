using System.Diagnostics;
using System.Globalization;
using Cafe.Inference.Sessions;
using Cafe.Packs.Graphs;
using Cafe.Packs.Manifest;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cafe.Cli.Model;

/// <summary>Opens a graph, holds it to its contract, and runs it once on plausible inputs.</summary>
internal sealed class GraphProbe(PackFolder pack, SessionFactory sessions)
{
    // Room in the cache that the decoder is run with.
    private const int CachePositions = 8;

    /// <returns>How long the run took.</returns>
    /// <exception cref="PackException">Names or shapes differ from the contract, or an output isn't finite.</exception>
    public string Run(GraphContract contract, CancellationToken cancellation)
    {
        using var session = sessions.Open(pack.PathOf(contract.Path));
        var differences = contract.Differences(session.Inputs.Select(Port), session.Outputs.Select(Port));
        if (differences.Count > 0)
        {
            throw new PackException(string.Join("; ", differences));
        }

        var inputs = session.Inputs.ToDictionary(input => input.Name, Create);
        try
        {
            var watch = Stopwatch.StartNew();
            using var result = session.Run(inputs, cancellation);
            var elapsed = watch.Elapsed;
            foreach (var output in session.Outputs)
            {
                CheckFinite(output, result[output.Name]);
            }

            return string.Create(CultureInfo.InvariantCulture, $"ran in {elapsed.TotalMilliseconds:0} ms");
        }
        finally
        {
            foreach (var value in inputs.Values)
            {
                value.Dispose();
            }
        }
    }

    // Small numbers that differ, so that a graph that ignores its input or divides by its deviation shows.
    private OrtValue Create(TensorInfo input)
    {
        var shape = input.Shape.Select((size, axis) => size >= 0 ? size : FreeSize(input, axis)).ToArray();
        var count = shape.Aggregate(1L, (product, size) => product * size);
        return input.Type switch
        {
            TensorElementType.Float => Tensors.Of(Enumerable.Range(0, (int)count).Select(i => IsCache(input) ? 0 : MathF.Sin(i)).ToArray(), shape),
            TensorElementType.Float16 => Tensors.Of(Enumerable.Range(0, (int)count).Select(i => (Float16)(IsCache(input) ? 0 : MathF.Sin(i))).ToArray(), shape),

            // seqlens_k counts from zero, total_sequence_length from one.
            TensorElementType.Int32 => Tensors.Of(Enumerable.Repeat(input.Name == "total_sequence_length" ? 1 : 0, (int)count).ToArray(), shape),
            TensorElementType.Int64 => Tensors.Of(Enumerable.Repeat(1L, (int)count).ToArray(), shape),
            _ => throw new PackException($"input {input} has a type that no graph of a pack takes"),
        };
    }

    private static bool IsCache(TensorInfo input) => input.Name.StartsWith("past_key_values.", StringComparison.Ordinal);

    private long FreeSize(TensorInfo input, int axis)
    {
        var diffuser = pack.Manifest.Diffuser;
        var latents = diffuser.Size.MultipleOf / diffuser.Downscale;
        return input.Name switch
        {
            _ when axis == 0 => 1,
            _ when IsCache(input) => CachePositions,
            "sample" when input.Shape[1] == 3 => diffuser.Size.MultipleOf,
            "sample" or "latent_sample" => latents,
            "semantic" => diffuser.Conditioning.Semantic.Tokens,
            "subject" => diffuser.Conditioning.Subject.Tokens,
            _ when input.Name.StartsWith("semantic_", StringComparison.Ordinal) => diffuser.Conditioning.Semantic.Tokens,
            _ when input.Name.StartsWith("subject_", StringComparison.Ordinal) => diffuser.Conditioning.Subject.Tokens,
            _ => 1,
        };
    }

    private static void CheckFinite(TensorInfo output, OrtValue value)
    {
        var finite = output.Type switch
        {
            TensorElementType.Float => value.GetTensorDataAsSpan<float>().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0,
            TensorElementType.Float16 => AllFinite(value.GetTensorDataAsSpan<Float16>()),
            _ => true,
        };
        if (!finite)
        {
            throw new PackException($"output {output.Name} holds numbers that aren't finite");
        }
    }

    private static bool AllFinite(ReadOnlySpan<Float16> values)
    {
        foreach (var value in values)
        {
            if (!Half.IsFinite(BitConverter.UInt16BitsToHalf(value.value)))
            {
                return false;
            }
        }

        return true;
    }

    private static GraphPort Port(TensorInfo info) => new(info.Name, TypeOf(info), [.. info.Shape.Select(size => (long)size)]);

    private static GraphPortType TypeOf(TensorInfo info) => info.Type switch
    {
        TensorElementType.Float => GraphPortType.Float32,
        TensorElementType.Float16 => GraphPortType.Float16,
        TensorElementType.Int32 => GraphPortType.Int32,
        TensorElementType.Int64 => GraphPortType.Int64,
        _ => throw new PackException($"{info} has a type that no graph of a pack has"),
    };
}
