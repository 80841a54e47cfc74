using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Cafe.Inference.Sessions;

/// <summary>
/// Opens graphs on the configured execution provider. Weights in external data are mapped by the runtime; weights that a graph stores in fp16 for the CPU pass one Cast each, which the
/// runtime folds here, once, so that no node casts them again.
/// </summary>
public sealed class SessionFactory
{
    private const string CudaProvider = "CUDAExecutionProvider";
    private const string PluginRegistration = "cafe-plugin";
    private const string LargestWeight = "1099511627776";
    private static readonly Lock PluginLock = new();

    private readonly SessionSettings settings;

    /// <exception cref="ValidationException">A setting is out of its range.</exception>
    /// <exception cref="ExecutionProviderException">The provider isn't there.</exception>
    public SessionFactory(SessionSettings settings)
    {
        Validator.ValidateObject(settings, new ValidationContext(settings), validateAllProperties: true);
        this.settings = settings;
        using var _ = CreateOptions();
    }

    public SessionSettings Settings => settings;

    /// <summary>Opens a model file, with its weights beside it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GraphLoadException">The runtime can't load it.</exception>
    public ModelSession Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"No graph at '{path}'.", path);
        }

        using var options = CreateOptions();
        try
        {
            return new ModelSession(System.IO.Path.GetFileNameWithoutExtension(path), new InferenceSession(path, options));
        }
        catch (OnnxRuntimeException failure)
        {
            // The runtime's own messages name the file only sometimes.
            throw new GraphLoadException($"The graph '{path}' can't be loaded: {failure.Message}", failure);
        }
    }

    /// <summary>Opens a model that is held in memory, with its weights inside.</summary>
    public ModelSession Open(string name, byte[] model)
    {
        using var options = CreateOptions();
        return new ModelSession(name, new InferenceSession(model, options));
    }

    private SessionOptions CreateOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = settings.Threads == 0 ? Environment.ProcessorCount : settings.Threads,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", settings.Spinning ? "1" : "0");

            // Weights kept in halves are cast by folding; past this many bytes (by default one GiB) it would not be done, and each run would cast again.
            options.AddSessionConfigEntry("optimization.constant_folding_max_output_size_in_bytes", LargestWeight);
            if (settings.ProfilePrefix is { } prefix)
            {
                options.EnableProfiling = true;
                options.ProfileOutputPathPrefix = prefix;
            }

            AppendProvider(options);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private void AppendProvider(SessionOptions options)
    {
        switch (settings.Provider)
        {
            case ExecutionProvider.Cpu:
                break;
            case ExecutionProvider.Cuda:
                AppendCuda(options);
                break;
            case ExecutionProvider.CudaPlugin:
                AppendPlugin(options);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), settings.Provider, "Unknown execution provider.");
        }
    }

    private void AppendCuda(SessionOptions options)
    {
        var available = OrtEnv.Instance().GetAvailableProviders();
        if (!available.Contains(CudaProvider))
        {
            throw new ExecutionProviderException(
                $"Provider Cuda: this build's ONNX Runtime has {string.Join(", ", available)} and no {CudaProvider}. Use an image built with the Gpu package, or a plug-in library.");
        }

        try
        {
            options.AppendExecutionProvider("CUDA", new Dictionary<string, string> { ["device_id"] = settings.DeviceId.ToString(CultureInfo.InvariantCulture) });
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionProviderException($"Provider Cuda: GPU {settings.DeviceId} can't be used: {e.Message}", e);
        }
    }

    private void AppendPlugin(SessionOptions options)
    {
        var path = settings.PluginPath!;
        if (!File.Exists(path))
        {
            throw new ExecutionProviderException($"Provider CudaPlugin: there is no library at '{path}'.");
        }

        try
        {
            lock (PluginLock)
            {
                if (!RegisteredPlugins.Contains(path))
                {
                    OrtEnv.Instance().RegisterExecutionProviderLibrary($"{PluginRegistration}-{RegisteredPlugins.Count}", path);
                    RegisteredPlugins.Add(path);
                }
            }

            var devices = OrtEnv.Instance().GetEpDevices().Where(d => d.EpName.Contains("CUDA", StringComparison.OrdinalIgnoreCase)).ToArray();
            if (settings.DeviceId >= devices.Length)
            {
                throw new ExecutionProviderException($"Provider CudaPlugin: '{path}' offers {devices.Length} CUDA devices, and number {settings.DeviceId} is asked for.");
            }

            options.AppendExecutionProvider(OrtEnv.Instance(), [devices[settings.DeviceId]], new Dictionary<string, string>());
        }
        catch (OnnxRuntimeException e)
        {
            throw new ExecutionProviderException($"Provider CudaPlugin: '{path}' can't be used: {e.Message}", e);
        }
    }

    private static HashSet<string> RegisteredPlugins { get; } = [];
}
