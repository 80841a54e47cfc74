using Cafe.Imaging;
using Cafe.Imaging.Decoding;

namespace Cafe.Evaluation.Scoring;

/// <summary>Reads pictures for evaluators; what is transparent is laid over white.</summary>
public static class PictureReader
{
    /// <exception cref="Plans.PlanException">The file is missing or no picture.</exception>
    public static Picture Read(string path)
    {
        try
        {
            return PictureDecoder.Decode(File.ReadAllBytes(path), ImageLimits.Default, Rgb.White);
        }
        catch (Exception problem) when (problem is ImageFormatException or IOException)
        {
            throw new Plans.PlanException($"{path}: {problem.Message}");
        }
    }
}
