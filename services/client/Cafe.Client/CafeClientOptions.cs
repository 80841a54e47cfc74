namespace Cafe.Client;

/// <summary>How a client reaches a gateway.</summary>
public sealed class CafeClientOptions
{
    /// <summary>An API key, sent as x-api-key. Null: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Called for a token before every call, sent as authorization: Bearer. Null: none.</summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; set; }

    /// <summary>
    /// Longest call, retries and re-attachments included; a call's own timeout can shorten it. Of a batch, the longest time for each item
    /// from when it is sent. Default 30 minutes.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Longest time without a gateway, or without room at one, before a call or an item of a batch gives up. Default one minute: a gateway restarts,
    /// or a balancer finds another, within that.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two looks into the DNS for the gateway's addresses. Default 15 seconds.</summary>
    public TimeSpan DnsRefresh { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest answer, in bytes. Default 128 MiB.</summary>
    public int MaxReceiveMessageBytes { get; set; } = 128 << 20;

    /// <summary>The clock; tests set it.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
