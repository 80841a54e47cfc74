namespace Cafe.Testing;

/// <summary>Finds the checkout that the tests run from, so that no test depends on a machine's paths.</summary>
public static class Repo
{
    /// <summary>The folder that holds Cafe.Services.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cafe.Services.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Cafe.Services.sln above {AppContext.BaseDirectory}.");
    }
}
