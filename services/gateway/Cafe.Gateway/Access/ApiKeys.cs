using System.Security.Cryptography;
using System.Text;
using Cafe.Gateway.Configuration;

namespace Cafe.Gateway.Access;

/// <summary>The API keys by their SHA-256: what is compared is a hash, so its timing tells nothing about a key.</summary>
public sealed class ApiKeys
{
    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    /// <summary>Reads the configured keys.</summary>
    /// <exception cref="InvalidOperationException">A key's file is empty.</exception>
    public ApiKeys(ApiKeysOptions options, CallerLimits defaults)
    {
        foreach (var key in options.Keys)
        {
            var hash = string.IsNullOrEmpty(key.Key) ? key.KeySha256!.ToLowerInvariant() : Hash(key.Key);
            _callers[hash] = new Caller(key.Id, key.Limits ?? defaults);
        }

        if (string.IsNullOrEmpty(options.Path))
        {
            return;
        }

        // A mounted Secret holds its files behind links named ..data and the like.
        foreach (var file in Directory.EnumerateFiles(options.Path).Where(file => !Path.GetFileName(file).StartsWith('.')))
        {
            var key = File.ReadAllText(file).Trim();
            if (key.Length == 0)
            {
                throw new InvalidOperationException($"ApiKeys:Path: the key in {file} is empty.");
            }

            _callers[Hash(key)] = new Caller(Path.GetFileName(file), defaults);
        }
    }

    /// <summary>The caller with a key; null where there is none.</summary>
    public Caller? Find(string key) => _callers.GetValueOrDefault(Hash(key));

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
