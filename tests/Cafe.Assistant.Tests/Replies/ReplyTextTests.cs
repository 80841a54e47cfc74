using Cafe.Assistant.Replies;
using Cafe.Packs.Tokenizers;
using Cafe.Testing;
using CsCheck;

namespace Cafe.Assistant.Tests.Replies;

public sealed class ReplyTextTests
{
    private const int End = 2;
    private static readonly SentencePieceTokenizer Tokenizer = SentencePieceTokenizer.Read(Goldens.Path("tokenizer-llama", "tokenizer.model"));

    [Fact]
    public void Accept_EndToken_FinishesWithoutText()
    {
        var text = New();
        Assert.Equal("Sure", text.Accept(Tokenizer.Encode("Sure")[0]).Text);
        Assert.Equal(new TextStep("", ReplyFinish.End), text.Accept(End));
        Assert.Throws<InvalidOperationException>(() => text.Accept(End));
    }

    [Fact]
    public void Accept_LastAllowedToken_FinishesByLengthAndShowsWhatWasHeld()
    {
        var text = New(maxTokens: 2, stops: "dogs");
        Assert.Equal(new TextStep("", null), text.Accept(Tokenizer.Encode("dog")[0])); // may become "dogs"
        Assert.Equal(new TextStep("dog on", ReplyFinish.Length), text.Accept(Tokenizer.Encode("on")[0]));
    }

    [Fact]
    public void Accept_IncompleteCharacterAtTheEnd_BecomesOneReplacementCharacterPerByte()
    {
        var text = New(maxTokens: 2);
        Assert.Equal("", text.Accept(0xE7 + 3).Text);
        Assert.Equal(new TextStep("\uFFFD\uFFFD", ReplyFinish.Length), text.Accept(0x8C + 3));
    }

    [Fact]
    public void Accept_StopStringOverSeveralTokens_IsNeverShown()
    {
        var ids = Tokenizer.Encode("Here is the dog on the beach.");
        var text = New(stops: ["g on the b", "never"]);
        var shown = "";
        foreach (var id in ids)
        {
            var step = text.Accept(id);
            shown += step.Text;
            if (step.Finish is { } finish)
            {
                Assert.Equal(ReplyFinish.Stop, finish);
                break;
            }
        }

        Assert.Equal("Here is the do", shown);
    }

    [Fact]
    public void Accept_AnyTokensAndStops_ShowsTheTextUpToTheFirstStopWhateverTheSteps() =>
        Gen.Select(Gen.Int[3, Tokenizer.Count - 1].List[1, 20], Gen.Int[0, 12], Gen.Int[1, 3]).Sample(
            (ids, at, length) =>
            {
                var whole = Tokenizer.Decode(ids);
                var stop = whole.Substring(Math.Min(at, whole.Length), Math.Min(length, whole.Length - Math.Min(at, whole.Length)));
                if (stop.Length == 0)
                {
                    return;
                }

                var text = New(maxTokens: ids.Count, stops: stop);
                var shown = "";
                foreach (var id in ids)
                {
                    var step = text.Accept(id);
                    shown += step.Text;
                    if (step.Finish is not null)
                    {
                        break;
                    }
                }

                Assert.NotNull(text.Finish);
                Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], shown);
            },
            iter: 500);

    [Fact]
    public void Accept_Preface_ComesWithTheFirstTokenOnly()
    {
        var text = new ReplyText(Tokenizer, [End], [], 4, "(untrained) ");
        Assert.Equal("(untrained) dog", text.Accept(Tokenizer.Encode("dog")[0]).Text);
        Assert.Equal(" on", text.Accept(Tokenizer.Encode("on")[0]).Text);
    }

    private static ReplyText New(int maxTokens = 100, params string[] stops) => new(Tokenizer, [End], stops, maxTokens);
}
