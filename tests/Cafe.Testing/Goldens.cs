namespace Cafe.Testing;

/// <summary>Inputs and outputs of the reference implementations, kept under tests/goldens.</summary>
public static class Goldens
{
    /// <summary>The path of a case's file, for example <c>Goldens.Path("dinov2-mlp", "io.safetensors")</c>.</summary>
    public static string Path(params string[] parts)
    {
        var path = System.IO.Path.Combine([Repo.Root, "tests", "goldens", .. parts]);
        return System.IO.Path.Exists(path) ? path : throw new FileNotFoundException($"No golden at {path}.", path);
    }
}
