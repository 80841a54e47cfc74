using System.Reflection;
using System.Text.RegularExpressions;

namespace Cafe.Gateway.Json;

/// <summary>
/// The comments of the .proto files, which travel with the program: compiled descriptors have lost them, and the OpenAPI
/// document should say what every field means.
/// </summary>
internal sealed partial class ProtoComments
{
    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);

    /// <summary>Reads the embedded files.</summary>
    public ProtoComments()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".proto", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Read(reader);
        }
    }

    /// <summary>The comment of a message, enum or service (<c>Turn</c>), or of a field or value (<c>Turn.role</c>); empty where there is none.</summary>
    public string Of(string name) => _comments.GetValueOrDefault(name, "");

    private void Read(StreamReader reader)
    {
        var comment = new List<string>();
        var scopes = new Stack<string>();
        while (reader.ReadLine() is { } line)
        {
            line = line.Trim();
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line.TrimStart('/').Trim());
                continue;
            }

            if (Block().Match(line) is { Success: true } block)
            {
                // A oneof or an rpc's options are no scope of names.
                var scope = block.Groups[1].Value is "message" or "enum" or "service" ? block.Groups[2].Value : scopes.Peek();
                Keep(block.Groups[1].Value == "rpc" ? $"{scope}.{block.Groups[2].Value}" : block.Groups[2].Value, comment);
                if (!line.EndsWith('}') && !line.EndsWith(';'))
                {
                    scopes.Push(scope);
                }
            }
            else if (line.EndsWith('{'))
            {
                scopes.Push(scopes.Count > 0 ? scopes.Peek() : "");
            }
            else if (Member().Match(line) is { Success: true } member && scopes.Count > 0)
            {
                Keep($"{scopes.Peek()}.{member.Groups[1].Value}", comment);
            }
            else if (line.StartsWith('}') && scopes.Count > 0)
            {
                scopes.Pop();
            }

            comment.Clear();
        }
    }

    private void Keep(string name, List<string> comment)
    {
        if (comment.Count > 0)
        {
            _comments.TryAdd(name, string.Join(' ', comment));
        }
    }

    [GeneratedRegex(@"^(message|enum|service|oneof|rpc)\s+(\w+)")]
    private static partial Regex Block();

    [GeneratedRegex(@"(\w+)\s*=\s*\d+\s*;")]
    private static partial Regex Member();
}
