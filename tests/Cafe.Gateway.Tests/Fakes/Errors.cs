using Cafe.ServiceDefaults.Errors;
using Grpc.Core;

namespace Cafe.Gateway.Tests.Fakes;

public static class Errors
{
    /// <summary>As a stage's interceptor would send it.</summary>
    public static RpcException AsRpc(this CafeException exception) => ErrorMapper.ToStatus(exception, "test").ToRpcException();
}
