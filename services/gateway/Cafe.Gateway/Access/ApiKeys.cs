using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Configuration;
using Cafe.ServiceDefaults.Files;

namespace Cafe.Gateway.Access;

/// <summary>
/// The API keys by their SHA-256: what is compared is a hash, so its timing tells nothing about a key. Those in files are read
/// again when the files change: a key that is revoked stops working within seconds.
/// </summary>
public sealed class ApiKeys
{
    private readonly Reloaded<Dictionary<string, Caller>> _callers;

    /// <summary>Reads the configured keys.</summary>
    /// <exception cref="InvalidOperationException">A key's file is empty.</exception>
    public ApiKeys(ApiKeysOptions options, CallerLimits defaults, TimeProvider time, ILogger logger) =>
        _callers = new Reloaded<Dictionary<string, Caller>>(
            () => Files(options.Path), () => Read(options, defaults), failure => Log.KeysNotReloaded(logger, options.Path!, failure.Message), time);

    /// <summary>The caller with a key; null where there is none.</summary>
    public Caller? Find(string key) => _callers.Current.GetValueOrDefault(Hash(key));

    private static Dictionary<string, Caller> Read(ApiKeysOptions options, CallerLimits defaults)
    {
        var callers = new Dictionary<string, Caller>(StringComparer.Ordinal);
        foreach (var key in options.Keys)
        {
            var hash = string.IsNullOrEmpty(key.Key) ? key.KeySha256!.ToLowerInvariant() : Hash(key.Key);
            callers[hash] = new Caller(key.Id, key.Limits ?? LimitsOf(key.Id));
        }

        foreach (var file in Files(options.Path))
        {
            var key = File.ReadAllText(file).Trim();
            if (key.Length == 0)
            {
                throw new InvalidOperationException($"ApiKeys:Path: the key in {file} is empty.");
            }

            var id = Path.GetFileName(file);
            callers[Hash(key)] = new Caller(id, LimitsOf(id));
        }

        return callers;

        CallerLimits LimitsOf(string id) => options.Limits.GetValueOrDefault(id) ?? defaults;
    }

    // A mounted Secret holds its files behind links named ..data and the like.
    private static IEnumerable<string> Files(string? folder) => string.IsNullOrEmpty(folder)
        ? []
        : Directory.EnumerateFiles(folder).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal);

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
