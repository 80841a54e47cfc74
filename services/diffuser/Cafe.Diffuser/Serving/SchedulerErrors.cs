using Cafe.Inference.Language;
using Cafe.Inference.Sessions;
using Cafe.Scheduling.Queue;
using Cafe.ServiceDefaults.Errors;

namespace Cafe.Diffuser.Serving;

/// <summary>What the scheduler and the engine throw, as the service's own errors.</summary>
internal static class SchedulerErrors
{
    public static Exception Translate(Exception error) => error switch
    {
        RejectedException { Reason: RejectionReason.Draining } rejected => new NotReadyException(rejected.Message, rejected.RetryAfter, rejected),
        RejectedException rejected => new OverloadedException(rejected.Message, rejected.RetryAfter),
        DeviceMemoryException memory => new OutOfMemoryOnDeviceException($"{memory.Message} Ask for fewer or smaller pictures.", memory),
        TimeoutException late => new DeadlineExpiredException(late.Message),
        ModelOutputException output => new ModelFailureException(output.Message, output),
        _ => error,
    };
}
