namespace Cafe.Benchmarks.Scheduling;

/// <summary>A way to serve requests on one device.</summary>
internal interface IContender
{
    /// <summary>Seconds of the trial's clock at which there is something to do though nobody comes; infinity for never.</summary>
    double Due { get; }

    /// <summary>A request has come.</summary>
    void Submit(WorkRequest request);

    /// <summary>Makes one call of the model; false where there is nothing to do yet.</summary>
    bool Work();
}
