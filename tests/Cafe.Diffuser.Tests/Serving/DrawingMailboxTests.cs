using Cafe.Diffuser.Scheduling;
using Cafe.Diffuser.Serving;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Diffuser.Tests.Serving;

public sealed class DrawingMailboxTests
{
    private readonly UnreadPictures _unread = new(maxBytes: 100);
    private readonly DrawingMailbox _mailbox;

    public DrawingMailboxTests() => _mailbox = new DrawingMailbox(_unread);

    [Fact]
    public void TryRead_SlowReader_GetsTheNewestProgressAndPreviewsAndEveryPicture()
    {
        for (var step = 1; step <= 1_000; step++)
        {
            _mailbox.Progressed(new DrawingProgress(step, 1_000, 0));
            _mailbox.Previewed(0, step, [step]);
            _mailbox.Previewed(1, step, [step]);
        }

        _mailbox.Drawn(0, [1]);
        _mailbox.Drawn(2, [2]);
        _mailbox.Completed(default);

        // A preview of a picture that is finished meanwhile is of no use.
        Assert.Equal(1_000, Assert.IsType<DrawingEvent.Progressed>(Read()).Progress.Step);
        var preview = Assert.IsType<DrawingEvent.Previewed>(Read());
        Assert.Equal((1, 1_000), (preview.Index, preview.Step));
        Assert.Equal(0, Assert.IsType<DrawingEvent.Drawn>(Read()).Index);
        Assert.Equal(2, Assert.IsType<DrawingEvent.Drawn>(Read()).Index);
        Assert.IsType<DrawingEvent.Completed>(Read());
    }

    [Fact]
    public void TryRead_FailedAfterAPicture_GivesThePictureFirst()
    {
        _mailbox.Drawn(0, [1]);
        _mailbox.Failed(new InvalidOperationException("broken"));
        Assert.IsType<DrawingEvent.Drawn>(Read());
        Assert.Throws<InvalidOperationException>(() => _mailbox.TryRead(out _));
    }

    [Fact]
    public async Task News_SomethingComesLater_Completes()
    {
        Assert.False(_mailbox.TryRead(out _));
        var news = _mailbox.News();
        Assert.False(news.IsCompleted);
        _mailbox.Started(TimeSpan.Zero);
        await news.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_mailbox.Begun);
        news = _mailbox.News();
        Assert.False(news.IsCompleted);
        _mailbox.Failed(new InvalidOperationException());
        await news.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_mailbox.News().IsCompleted);
    }

    [Fact]
    public void Drawn_SlowReadersFillTheMemory_TheSlowestLosesItsPictures()
    {
        var fast = new DrawingMailbox(_unread);
        _mailbox.Drawn(0, new float[10]);
        for (var i = 0; i < 16; i++)
        {
            fast.Drawn(i, new float[14]);
            Assert.True(fast.TryRead(out _));
        }

        Assert.Equal(40, _unread.Bytes);
        var slow = new DrawingMailbox(_unread);
        slow.Drawn(0, new float[10]);
        slow.Drawn(1, new float[10]);
        slow.Completed(default);

        Assert.Throws<OverloadedException>(() => _mailbox.TryRead(out _));
        Assert.Equal(80, _unread.Bytes);
        slow.Dispose();
        Assert.Equal(0, _unread.Bytes);
    }

    [Fact]
    public void Drawn_OnePictureBeyondTheBound_FailsThatCall()
    {
        _mailbox.Drawn(0, new float[26]);
        _mailbox.Completed(default);
        Assert.Throws<OverloadedException>(() => _mailbox.TryRead(out _));
        Assert.Equal(0, _unread.Bytes);
    }

    private DrawingEvent Read()
    {
        Assert.True(_mailbox.TryRead(out var next));
        return next;
    }
}
