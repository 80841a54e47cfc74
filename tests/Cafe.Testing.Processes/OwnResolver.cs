using System.Diagnostics;

namespace Cafe.Testing.Processes;

/// <summary>Processes that ask a name server of the test's: in a mount namespace of their own, another file lies over /etc/resolv.conf.</summary>
public static class OwnResolver
{
    private const string Mount = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
    private static readonly Lazy<string?> Missing = new(Try);

    /// <summary>Why it can't be done here; null where it can.</summary>
    public static string? Reason => Missing.Value;

    /// <summary>A process that sees <paramref name="resolver"/>. The shell gives its place up: signals reach the program itself.</summary>
    public static ChildProcess Run(string resolver, string program, IEnumerable<string> arguments) =>
        new("unshare", ["--mount", "--map-root-user", "sh", "-c", Mount, resolver, program, .. arguments]);

    private static string? Try()
    {
        try
        {
            using var tried = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--map-root-user", "sh", "-c", Mount, "/etc/hosts", "true"]) { RedirectStandardError = true })!;
            var error = tried.StandardError.ReadToEnd();
            tried.WaitForExit();
            return tried.ExitCode == 0 ? null : $"No mount namespaces here: {error.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unshare is not on the PATH (util-linux has it).";
        }
    }
}
