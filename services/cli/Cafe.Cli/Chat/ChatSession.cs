using Cafe.Cli.Generate;
using Cafe.Cli.Terminal;
using Cafe.Client;
using Cafe.V1;
using Grpc.Core;
using Spectre.Console;

namespace Cafe.Cli.Chat;

/// <summary>One conversation. The gateway keeps it: a turn is a text, and the picture goes along only when it has to.</summary>
internal sealed class ChatSession(CafeClient client, Consoles consoles, GenerateRequest template, Image subject, string output)
{
    private string _conversation = Guid.NewGuid().ToString("N");
    private Image? _unsent = subject;
    private Image _subject = subject;
    private int _turn;
    private bool _begun;

    /// <summary>Reads turns until the input ends or says /quit.</summary>
    public async Task RunAsync(TextReader input, CancellationToken cancellationToken)
    {
        consoles.Status.MarkupLine("[grey]/image FILE changes the subject, /new starts afresh, /quit ends.[/]");
        while (true)
        {
            Prompt();
            // Reading a terminal can't be cancelled; Ctrl+C ends the wait instead.
            var line = await Task.Run(input.ReadLine, cancellationToken).WaitAsync(cancellationToken);
            switch (line?.Trim())
            {
                case null or "/quit" or "/exit":
                    return;
                case "":
                    break;
                case "/new":
                    StartAfresh();
                    break;
                case var command when command.StartsWith("/image ", StringComparison.Ordinal):
                    ChangeSubject(command["/image ".Length..].Trim());
                    break;
                case var unknown when unknown.StartsWith('/'):
                    consoles.Status.MarkupLineInterpolated($"[yellow]{unknown} is no command.[/]");
                    break;
                case var text:
                    await SayAsync(text, cancellationToken);
                    break;
            }
        }
    }

    private void Prompt()
    {
        if (consoles.Live)
        {
            consoles.Status.Markup("[bold]> [/]");
        }
    }

    private void StartAfresh()
    {
        _conversation = Guid.NewGuid().ToString("N");
        _unsent = _subject;
        _begun = false;
    }

    private void ChangeSubject(string path)
    {
        try
        {
            _unsent = _subject = RequestOptions.ReadImage(path);
        }
        catch (CliException failure)
        {
            consoles.Status.MarkupLineInterpolated($"[red]{failure.Message}[/]");
        }
    }

    private async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        _turn++;
        try
        {
            await TurnAsync(text, cancellationToken);
        }
        catch (CafeException failure) when (failure.Code == StatusCode.NotFound && _unsent is null)
        {
            TellLost();
            StartAfresh();
            await TurnAsync(text, cancellationToken);
        }
        catch (CafeException failure)
        {
            // A turn that failed leaves the conversation as it was.
            consoles.Status.MarkupLineInterpolated($"[red]error:[/] {failure.Message} ({failure.Code})");
        }
    }

    private async Task TurnAsync(string text, CancellationToken cancellationToken)
    {
        var request = template.Clone();
        request.Text = text;
        request.ConversationId = _conversation;
        request.Subject = _unsent;
        var files = new PictureFiles(output, $"turn-{_turn:00}-");
        var summary = await new GenerationView(consoles, files).ShowAsync(client.GenerateAsync(request, cancellationToken), cancellationToken);
        _unsent = null;
        if (_begun && summary.ConversationStarted)
        {
            TellLost(); // a new picture went along, and began another one
        }

        _begun = true;
        foreach (var reason in summary.Degraded)
        {
            consoles.Status.MarkupLineInterpolated($"[yellow]{reason}[/]");
        }
    }

    private void TellLost() => consoles.Status.MarkupLine("[yellow]The gateway no longer has the conversation; it begins again.[/]");
}
