using Spectre.Console;

namespace Cafe.Cli.Terminal;

/// <summary>One line that says how far the work is: drawn over on a terminal, in a few lines elsewhere.</summary>
internal sealed class ProgressLine(IAnsiConsole console, bool live)
{
    private const int Width = 30;
    private const string BackAndClear = "\r\u001b[2K";
    private string _shown = "";
    private int _quarters = -1;

    /// <summary>Shows a remark, for example a place in a queue.</summary>
    public void Say(string what)
    {
        if (what == _shown)
        {
            return;
        }

        if (live)
        {
            console.Profile.Out.Writer.Write(BackAndClear + what);
            console.Profile.Out.Writer.Flush();
        }
        else
        {
            console.Profile.Out.Writer.WriteLine(what);
        }

        _shown = what;
    }

    /// <summary>Shows progress; elsewhere than on a terminal a line a quarter.</summary>
    public void Show(string label, long done, long all, TimeSpan left)
    {
        var share = all > 0 ? Math.Clamp((double)done / all, 0, 1) : 0;
        var quarter = (int)(share * 4);
        if (!live && quarter == _quarters)
        {
            return;
        }

        _quarters = quarter;
        var filled = (int)(share * Width);
        var bar = live ? $"{new string('█', filled)}{new string('░', Width - filled)} " : "";
        Say($"{label} {bar}{done}/{all}{(done < all && left > TimeSpan.Zero ? $", {Words(left)} left" : "")}");
    }

    /// <summary>Makes room for other output.</summary>
    public void Clear()
    {
        if (live && _shown.Length > 0)
        {
            console.Profile.Out.Writer.Write(BackAndClear);
            console.Profile.Out.Writer.Flush();
        }

        _shown = "";
    }

    /// <summary>A time in words: <c>8 s</c>, <c>3 min</c>, <c>2 h 5 min</c>.</summary>
    public static string Words(TimeSpan time) => time.TotalSeconds switch
    {
        < 100 => $"{Math.Ceiling(time.TotalSeconds):0} s",
        < 6000 => $"{Math.Ceiling(time.TotalMinutes):0} min",
        _ => $"{(int)time.TotalHours} h {time.Minutes} min",
    };
}
