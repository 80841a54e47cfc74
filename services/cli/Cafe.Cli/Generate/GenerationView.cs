using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.V1;
using Spectre.Console;

namespace Cafe.Cli.Generate;

/// <summary>Shows a generation: the reply on standard output as it is written, progress and files on standard error.</summary>
internal sealed class GenerationView(Consoles consoles, PictureFiles files)
{
    private readonly ProgressLine _progress = new(consoles.Status, consoles.Live);
    private bool _inReply;

    /// <summary>Shows everything up to the end.</summary>
    public async Task<GenerateSummary> ShowAsync(IAsyncEnumerable<CafeEvent> events, CancellationToken cancellationToken)
    {
        GenerateSummary? summary = null;
        await foreach (var what in events.WithCancellation(cancellationToken))
        {
            if (what is CafeEvent.Done done)
            {
                summary = done.Summary;
                EndReply();
            }
            else
            {
                Show(what);
            }
        }

        _progress.Clear();
        return summary!;
    }

    private void Show(CafeEvent what)
    {
        switch (what)
        {
            case CafeEvent.Started:
                break;
            case CafeEvent.Text text:
                _progress.Clear();
                consoles.Output.Write(text.Delta);
                consoles.Output.Flush();
                _inReply = true;
                break;
            case CafeEvent.Finished { Picture: var picture }:
                EndReply();
                _progress.Clear();
                ShowFile(picture);
                break;
            case CafeEvent.Preview { Picture: var picture }:
                files.WritePreview(picture);
                break;
            // A line in the middle of the reply would tear it.
            case CafeEvent.Progress progress when EndedReply(progress):
                _progress.Show("Drawing", progress.Step, progress.Steps, progress.Left);
                break;
            case CafeEvent.Queued { Ahead: > 0 } queued when !_inReply:
                _progress.Say($"{queued.Stage}: {queued.Ahead} ahead, {ProgressLine.Words(queued.Wait)}");
                break;
            case CafeEvent.Warming warming when !_inReply:
                _progress.Say($"The {warming.Stage.ToString().ToLowerInvariant()} is starting, {ProgressLine.Words(warming.Waited)} so far");
                break;
        }
    }

    // With most packs drawing begins when the reply has ended; where both go on at once, the reply has the screen.
    private bool EndedReply(CafeEvent.Progress progress)
    {
        if (_inReply && progress.Step > 1)
        {
            return false;
        }

        EndReply();
        return true;
    }

    private void EndReply()
    {
        if (_inReply)
        {
            consoles.Output.WriteLine();
            consoles.Output.Flush();
            _inReply = false;
        }
    }

    private void ShowFile(CafePicture picture)
    {
        if (files.Write(picture) is { } path)
        {
            consoles.Status.MarkupLineInterpolated($"[green]{path}[/] ({picture.Width}x{picture.Height}, seed {picture.Seed})");
        }
        else
        {
            consoles.Status.MarkupLineInterpolated($"[yellow]Picture {picture.Index} was withheld.[/]");
        }
    }
}
