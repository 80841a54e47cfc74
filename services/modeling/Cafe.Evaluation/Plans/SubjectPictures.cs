namespace Cafe.Evaluation.Plans;

/// <summary>Copies a subject's pictures into a plan.</summary>
internal static class SubjectPictures
{
    /// <returns>Their paths in the plan, by name.</returns>
    /// <exception cref="PlanException">The folder is missing or has no picture.</exception>
    public static IReadOnlyList<string> Copy(string from, string plan, string name)
    {
        var found = Directory.Exists(from) ? Directory.EnumerateFiles(from).Where(DreamBench.IsPicture).Order(StringComparer.Ordinal).ToArray() : [];
        if (found.Length == 0)
        {
            throw new PlanException($"{from} has no pictures (JPEG, PNG or WebP).");
        }

        Directory.CreateDirectory(Path.Combine(plan, "subjects", name));
        return [.. found.Select(path =>
        {
            var relative = $"subjects/{name}/{Path.GetFileName(path)}";
            File.Copy(path, Path.Combine(plan, relative), overwrite: true);
            return relative;
        })];
    }
}
