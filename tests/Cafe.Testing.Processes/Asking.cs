using Cafe.Imaging;
using Cafe.Imaging.Encoding;
using Cafe.V1;
using Google.Protobuf;

namespace Cafe.Testing.Processes;

/// <summary>Requests, and what comes of them.</summary>
public static class Asking
{
    private const int Side = 48;

    /// <summary>A picture like no other of another number.</summary>
    public static Image Picture(int number)
    {
        var rgb = new byte[3 * Side * Side];
        new Random(number).NextBytes(rgb);
        return new Image { Data = ByteString.CopyFrom(PngEncoder.Encode(new Picture(Side, Side, rgb))) };
    }

    /// <summary>A request whose outcome is settled: all seeds are named.</summary>
    public static GenerateRequest Request(int picture, int steps = 2, int count = 1, int maxTokens = 6) => new()
    {
        Subject = Picture(picture),
        Text = "put it on a beach",
        TextOptions = new TextOptions { Seed = 5, MaxTokens = maxTokens, Temperature = 1 },
        Options = new DiffusionOptions { Steps = steps, Count = count, Seed = 9 },
    };

    /// <summary>Waits until something holds that must come to hold.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow.AddMinutes(1);
        while (!await holds())
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new TimeoutException($"After a minute: not {what}.");
            }

            await Task.Delay(50, cancellation);
        }
    }
}
